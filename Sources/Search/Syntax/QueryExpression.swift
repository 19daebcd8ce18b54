/// What somebody asks for: words to rank by, and conditions that every hit meets.
///
/// | typed | meaning |
/// |---|---|
/// | `whale ship` | ranks by these words |
/// | `+whale` | also leaves out passages without the word |
/// | `"white whale"`, `+"white whale"` | also leaves out passages in which the words do not follow one another |
/// | `-whale`, `-"white whale"` | leaves out passages that have the word, or the phrase; ranks by nothing |
/// | `lang:en`, `lang:"old english"`, `-lang:en` | leaves out other documents, or these; ranks by nothing |
///
/// An operator counts only at the beginning of a word and glued to it, and a field only if documents have it. So `C++`, `- x`,
/// `error: x` and `12:30` are words. A query that only leaves out, such as `-O2`, is text as a whole.
package struct QueryExpression: Sendable, Equatable {
    /// What is ranked by: the words and phrases in their order, without operators; empty when there are only conditions.
    package let text: String
    /// The conditions on passages.
    package let passages: [PassageCondition]
    /// The conditions on documents.
    package let fields: [FieldCondition]

    /// Takes a text as it is, without operators.
    package init(literal text: String) { self.init(text: text, passages: [], fields: []) }

    private init(text: String, passages: [PassageCondition], fields: [FieldCondition]) {
        self.text = text
        self.passages = passages
        self.fields = fields
    }

    /// Whether every passage may be found.
    package var isUnconditional: Bool { passages.isEmpty && fields.isEmpty }

    /// Whether it asks for documents by their names.
    package var namesDocuments: Bool {
        fields.contains { $0.name == DocumentField.document.rawValue && !$0.isExcluded }
    }

    /// The conditions as people type them.
    package var conditions: [String] { passages.map(\.typed) + fields.map(\.typed) }

    /// Reads what somebody typed.
    ///
    /// - Parameters:
    ///   - typed: the query.
    ///   - isField: whether documents have a field of this name.
    package init(parsing typed: String, isField: (String) -> Bool) {
        var scanner = QueryScanner(typed)
        var parts: [QueryPart] = []
        while let part = scanner.next(isField) { parts.append(part) }
        guard parts.contains(where: \.isCondition), parts.contains(where: \.isAffirmative) else {
            self.init(literal: typed)
            return
        }
        self.init(
            text: parts.compactMap(\.rankedText).joined(separator: " "), passages: parts.compactMap(\.passage),
            fields: parts.compactMap(\.field))
    }

    /// Whether a text can have a field, so that it is worth knowing which there are.
    package static func mayHaveFields(_ typed: String) -> Bool { typed.utf8.contains(UInt8(ascii: ":")) }
}
