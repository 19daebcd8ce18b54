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
