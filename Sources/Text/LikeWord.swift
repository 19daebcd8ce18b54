/// Guesses the intended word for a misspelt one.
package enum LikeWord {
    /// The known word most similar to `word`; nil when none is similar enough.
    package static func nearest(to word: String, among words: [String]) -> String? {
        let candidates = words.map { ($0, distance(word.lowercased(), $0.lowercased())) }
        guard let best = candidates.min(by: { $0.1 < $1.1 }), best.1 <= max(2, word.count / 3) else { return nil }
        return best.0
    }

    /// The number of characters to insert, remove or replace to turn one word into another (Levenshtein, 1965).
    private static func distance(_ first: String, _ second: String) -> Int {
        let first = Array(first.unicodeScalars)
        let second = Array(second.unicodeScalars)
        var row = Array(0...second.count)
        for (line, one) in first.enumerated() {
            var diagonal = row[0]
            row[0] = line + 1
            for (column, other) in second.enumerated() {
                let replaced = diagonal + (one == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[second.count]
    }
}
