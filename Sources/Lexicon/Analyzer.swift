/// The rules by which text becomes terms: part of the identity of an index.
///
/// Documents and queries find each other only when both were read by the same rules. `Lexicon.docc/Terms.md` states them.
package struct Analyzer: Sendable, Hashable {
    /// The language of the stems.
    package let language: Language

    /// The version of the rules: another one as soon as any text gets other terms.
    package static let version = 1

    package init(language: Language = .english) {
        self.language = language
    }

    /// Reads a stored name; nil for an unknown language and for rules of another version.
    package init?(name: String) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let language = Language(rawValue: String(parts[0])), parts[1] == "\(Self.version)"
        else {
            return nil
        }
        self.language = language
    }

    /// The name that manifests and shards store, such as "english/1": language and version of the rules.
    package var name: String { "\(language.rawValue)/\(Self.version)" }
}
