import Identity
import Shards
import Text

/// Evaluates a filter for the documents of one shard after another, and remembers what it met.
struct FilterEvaluation {
    private let filter: RowFilter
    private let named: NamedDocuments
    private var isNameMet: [Bool]
    private var isKeyMet: [Bool]

    /// - Throws: `ShardsError` of code `.corrupt`.
    init(_ filter: RowFilter, of snapshot: Snapshot) throws(ShardsError) {
        self.filter = filter
        named = try NamedDocuments(filter.documents, in: snapshot)
        isNameMet = filter.documents.map { _ in false }
        isKeyMet = filter.predicates.map { _ in false }
    }

    /// The keys that no document had so far.
    var unknownKeys: [[UInt8]] { filter.predicates.indices.filter { !isKeyMet[$0] }.map { filter.predicates[$0].key } }

    /// The names that no document had so far.
    var unknownDocuments: [String] { filter.documents.indices.filter { !isNameMet[$0] }.map { filter.documents[$0] } }

    /// The rows of the documents of a shard that the filter leaves.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    mutating func rows(of shard: ShardReader) throws(ShardsError) -> RowBitset {
        guard let columns = shard.columns else { return try rowsByTable(of: shard) }
        var isLeft = Array(repeating: true, count: columns.documentCount)
        if !named.meanings.isEmpty {
            isLeft = Array(repeating: false, count: columns.documentCount)
            for (place, meanings) in named.meanings.enumerated() {
                for meaning in meanings {
                    for document in try columns.documents(of: meaning) {
                        isLeft[document] = true
                        isNameMet[place] = true
                    }
                }
            }
        }
        if let modified = filter.modified {
            for (document, time) in try columns.times().enumerated() where !modified.contains(time) {
                isLeft[document] = false
            }
        }
        if let paths = filter.paths { try Self.restrict(&isLeft, to: paths, columns) }
        var others: [Int] = []
        for (place, predicate) in filter.predicates.enumerated() {
            switch try columns.lookup(predicate.key) {
            case .absent: if !predicate.isNegated { isLeft = Array(repeating: false, count: isLeft.count) }
            case .leftOut: others.append(place)
            case .column(let column):
                isKeyMet[place] = true
                let holds = try predicate.documents(in: column, count: isLeft.count)
                for document in isLeft.indices { isLeft[document] = isLeft[document] && holds[document] }
            }
        }
        if !others.isEmpty {
            try shard.forEachDocument { document, stored in
                isLeft[document] = holds(others, for: stored.document) && isLeft[document]
            }
        }
        let bounds = try columns.rowBounds()
        var rows = RowBitset(rowCount: shard.rowCount)
        for document in isLeft.indices where isLeft[document] { rows.insert(bounds[document]..<bounds[document + 1]) }
        return rows
    }

    /// Looks at each path once: documents of one file follow one another in the order of identifiers.
    private static func restrict(
        _ isLeft: inout [Bool], to paths: PathGlobs, _ columns: ShardColumns
    ) throws(ShardsError) {
        var walk = PathGlobs.Walk(paths)
        var end = -1
        var isSelected = false
        try columns.forEachIdentifier { identifier, shared, document in
            // The path ends at a NUL, or with the identifier; what is shared with another path has no NUL.
            let isSamePath = shared >= end && end >= 0 && (identifier.count == end || identifier[end] == 0)
            if !isSamePath {
                let start = end < 0 ? 0 : min(shared, end)
                end = identifier[start...].firstIndex(of: 0) ?? identifier.count
                isSelected = walk.selects(identifier[..<end], shared: shared)
            }
            if !isSelected { isLeft[document] = false }
        }
    }

    private mutating func rowsByTable(of shard: ShardReader) throws(ShardsError) -> RowBitset {
        var rows = RowBitset(rowCount: shard.rowCount)
        let all = Array(filter.predicates.indices)
        try shard.forEachDocument { _, stored in
            let document = stored.document
            // Everything is asked of every document, so that what was met does not depend on the order.
            var isLeft = all.isEmpty || holds(all, for: document)
            if !named.meanings.isEmpty {
                let places = named.places(of: document.identifier)
                for place in places { isNameMet[place] = true }
                isLeft = isLeft && !places.isEmpty
            }
            isLeft = isLeft && filter.modified?.contains(document.modified) ?? true
            if isLeft, let paths = filter.paths { isLeft = paths.selects(document.path) }
            if isLeft { rows.insert(stored.rows) }
        }
        return rows
    }

    /// Whether some predicates hold for a document, by its metadata.
    private mutating func holds(_ places: [Int], for document: ShardDocument) -> Bool {
        var values: [[MetadataValue]] = places.map { _ in [] }
        if let metadata = document.metadata {
            MetadataFields.forEach(in: Array(metadata.utf8)) { key, value in
                for (number, place) in places.enumerated() where filter.predicates[place].key == key {
                    values[number].append(value)
                }
            }
        }
        var holds = true
        for (number, place) in places.enumerated() {
            if !values[number].isEmpty { isKeyMet[place] = true }
            holds = filter.predicates[place].holds(for: values[number]) && holds
        }
        return holds
    }
}

extension MetadataPredicate {
    /// Whether it holds, for each document of a shard that has a column of the key.
    fileprivate func documents(in column: MetadataColumn, count: Int) throws(ShardsError) -> [Bool] {
        var isAccepted = Array(repeating: false, count: column.valueCount)
        for operand in operands {
            for values in try accepted(operand, in: column) {
                for value in values { isAccepted[value] = true }
            }
        }
        var holds = Array(repeating: isNegated, count: count)
        try column.forEachEntry(documentCount: count) { document, value in
            if isAccepted[value] { holds[document] = !isNegated }
        }
        return holds
    }

    /// The numbers of the values that compare with an operand as they should.
    private func accepted(
        _ operand: MetadataOperand, in column: MetadataColumn
    ) throws(ShardsError) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        if positive == .equal {
            switch operand.word {
            case .null: ranges.append(MetadataColumn.null..<MetadataColumn.null + 1)
            case .boolean(let boolean):
                let number = MetadataColumn.number(of: boolean)
                ranges.append(number..<number + 1)
            default: break
            }
        }
        if let number = operand.number { ranges += part(of: try column.place(of: number)) }
        ranges += part(of: try column.place(of: operand.text))
        return ranges
    }

    private func part(of place: (all: Range<Int>, equal: Range<Int>)) -> [Range<Int>] {
        let (all, equal) = place
        return switch positive {
        case .less: [all.lowerBound..<equal.lowerBound]
        case .atMost: [all.lowerBound..<equal.upperBound]
        case .greater: [equal.upperBound..<all.upperBound]
        case .atLeast: [equal.lowerBound..<all.upperBound]
        case .equal, .notEqual, .among: [equal]
        }
    }
}
