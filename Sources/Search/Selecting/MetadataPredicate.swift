package import Shards

/// What the metadata of a document must be like for its passages to be found.
///
/// A document may have several values of a key, by an array; one of them suffices. `!=` is the exact opposite of `=`: it holds for
/// a document that has no such value, also when it lacks the key.
package struct MetadataPredicate: Sendable, Equatable {
    /// How a value must compare with the operand.
    package enum Comparison: String, Sendable, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case greater = ">"
        case atMost = "<="
        case atLeast = ">="
        /// Equal to one of several operands.
        case among = "in"
    }

    /// The dotted key in UTF-8, see `MetadataFields`.
    package let key: [UInt8]
    package let comparison: Comparison
    /// One operand, or for `in` at least one.
    package let operands: [MetadataOperand]

    package init(key: [UInt8], _ comparison: Comparison, _ operands: [MetadataOperand]) {
        self.key = key
        self.comparison = comparison
        self.operands = operands
    }

    /// The comparison of single values; the result counts for the document unless the predicate is negated.
    var positive: Comparison { comparison == .notEqual || comparison == .among ? .equal : comparison }

    /// Whether it holds for the documents without a value that compares as it should.
    var isNegated: Bool { comparison == .notEqual }

    /// Whether it holds for a document with these values of the key.
    package func holds(for values: some Sequence<MetadataValue>) -> Bool {
        values.contains { value in operands.contains { accepts(value, $0) } } != isNegated
    }

    private func accepts(_ value: MetadataValue, _ operand: MetadataOperand) -> Bool {
        guard let order = operand.comparison(of: value) else { return false }
        if case .null = value { return positive == .equal }
        if case .boolean = value { return positive == .equal }
        return switch positive {
        case .less: order < 0
        case .greater: order > 0
        case .atMost: order <= 0
        case .atLeast: order >= 0
        case .equal, .notEqual, .among: order == 0
        }
    }
}
