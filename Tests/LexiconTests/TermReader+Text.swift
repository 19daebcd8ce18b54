import Lexicon

extension TermReader {
    /// The terms of a text as a document.
    mutating func terms(of text: String) -> [String] {
        var list = TermList()
        append(Array(text.utf8).span, to: &list)
        return list.map { String(decoding: $0, as: UTF8.self) }
    }

    /// The words of a text as a query, each as "primary" or "primary (alternative, alternative)".
    mutating func described(_ text: String) -> [String] {
        words(of: Array(text.utf8)).map { word in
            let primary = String(decoding: word.primary, as: UTF8.self)
            let alternatives = word.alternatives.map { String(decoding: $0, as: UTF8.self) }
            return alternatives.isEmpty ? primary : "\(primary) (\(alternatives.joined(separator: ", ")))"
        }
    }
}
