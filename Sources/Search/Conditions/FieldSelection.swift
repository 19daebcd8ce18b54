import Shards
import Text

extension FieldCondition {
    /// The filter for the documents that have it, whether it excludes them or not.
    package var filter: RowFilter {
        switch DocumentField(rawValue: name) {
        case .path: RowFilter(paths: PathGlobs([value]))
        case .document: RowFilter(documents: [value])
        case nil: RowFilter(predicates: [predicate])
        }
    }

    private var predicate: MetadataPredicate {
        let operand = isQuoted ? MetadataOperand(JSONText.quoted(value)) : MetadataOperand(value)
        return MetadataPredicate(key: Array(name.utf8), .equal, [operand].compactMap(\.self))
    }
}

extension RowSelection {
    /// Takes the rows of another selection of the snapshot away.
    mutating func subtract(_ other: RowSelection, in snapshot: Snapshot) {
        for (number, shard) in snapshot.shards.enumerated() {
            var rest = RowBitset(all: shard.reader.rowCount)
            rest.subtract(other.shards[number] ?? rest)
            restrict(number, to: rest)
        }
    }
}
