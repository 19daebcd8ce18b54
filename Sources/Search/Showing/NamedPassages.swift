import Identity
import Shards

/// The passages of a document, or of a part of it, that a name means.
struct NamedPassages: Sendable {
    /// The place of its shard in the snapshot.
    let shard: Int
    let document: StoredDocument
    /// The rows of the passages in the shard; never empty.
    let rows: Range<Int>
    /// The lines that the name ends in; nil where it means no lines.
    let lines: ClosedRange<Int>?
}

extension Snapshot {
    /// The passages of the live documents that a name means, in the order of the index; none for a name that means none.
    ///
    /// What a document is called as it stands comes first. Otherwise a name may end in lines, as hits print them, or in `#` and the
    /// number of a passage, and means only that part.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func passages(named name: DocumentName) throws(ShardsError) -> [NamedPassages] {
        let whole = try passages(meant: name.meanings, .whole)
        if !whole.isEmpty { return whole }
        if let lines = name.lines {
            let parts = try passages(meant: name.meaningsWithoutLines, .lines(lines))
            if !parts.isEmpty { return parts }
        }
        guard let (document, passage) = name.passage else { return [] }
        let parts = try passages(meant: document.meanings, .passage(passage))
        return parts.count == 1 ? parts : []
    }

    fileprivate enum Part {
        case whole
        case lines(ClosedRange<Int>)
        case passage(Int)
    }

    private func passages(
        meant meanings: [DocumentIdentifier], _ part: Part
    ) throws(ShardsError) -> [NamedPassages] {
        // The likeliest meaning of which something is known.
        for meaning in meanings {
            var found: [NamedPassages] = []
            for (number, shard) in shards.enumerated() where shard.listed.liveRows > 0 {
                var reader = try RowReader(shard.reader)
                for document in try shard.reader.documents(of: meaning) {
                    let stored = try reader.document(document)
                    guard shard.isLive(stored.rows.lowerBound), let rows = try reader.rows(of: part, in: stored) else {
                        continue
                    }
                    var lines: ClosedRange<Int>?
                    if case .lines(let wanted) = part { lines = wanted }
                    found.append(NamedPassages(shard: number, document: stored, rows: rows, lines: lines))
                }
            }
            if !found.isEmpty { return found }
        }
        return []
    }
}

extension RowReader {
    /// The rows of a part of a document; nil where it has none.
    fileprivate mutating func rows(
        of part: Snapshot.Part, in stored: StoredDocument
    ) throws(ShardsError) -> Range<Int>? {
        let rows = stored.rows
        switch part {
        case .whole: return rows
        case .passage(let number):
            guard number < rows.count else { return nil }
            return rows.lowerBound + number..<rows.lowerBound + number + 1
        case .lines(let wanted):
            var touched: [Int] = []
            for row in rows where try passage(ofRow: row).lineRange.overlaps(wanted) { touched.append(row) }
            guard let first = touched.first, let last = touched.last else { return nil }
            return first..<last + 1
        }
    }
}

extension ShardReader {
    /// The numbers of the documents with an identifier; for one without an item, those of all items of its path too.
    fileprivate func documents(of identifier: DocumentIdentifier) throws(ShardsError) -> [Int] {
        if let columns { return try columns.documents(of: identifier).sorted() }
        var numbers: [Int] = []
        try forEachDocument { number, stored in
            if NamedDocuments.isMeant(stored.document.identifier, by: [identifier]) { numbers.append(number) }
        }
        return numbers
    }
}
