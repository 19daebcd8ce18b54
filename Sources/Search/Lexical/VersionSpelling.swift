import Lexicon

/// The other way to write a version: people search for `v4.2.1` in texts that have `4.2.1`, and the other way round.
///
/// An index has the term that its text has, so a query looks for both.
enum VersionSpelling {
    /// The words of a query, in which each version has its other spelling as the first alternative.
    static func adding(to words: [QueryWord]) -> [QueryWord] {
        words.map { word in
            guard let other = other(word.primary), !word.alternatives.contains(other) else { return word }
            return QueryWord(primary: word.primary, alternatives: [other] + word.alternatives, range: word.range)
        }
    }

    /// The version with a `v` for one without, and without for one with it; nil for what is no version.
    private static func other(_ term: [UInt8]) -> [UInt8]? {
        let letter = UInt8(ascii: "v")
        let number = term.first == letter ? term.dropFirst() : term[...]
        let parts = number.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count > 1,
            parts.allSatisfy({ part in !part.isEmpty && part.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
            })
        else { return nil }
        return term.first == letter ? Array(number) : [letter] + number
    }
}
