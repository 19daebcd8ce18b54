import Lexicon

/// How much a word of a query tells.
package struct WordRarity: Sendable, Equatable {
    package let weight: Double
    /// Whether it stands in more than half of the passages.
    package let isCommon: Bool

    package init(weight: Double, isCommon: Bool) {
        self.weight = weight
        self.isCommon = isCommon
    }
}

extension TermQuery {
    /// How much a word of the query tells among so many rows.
    func rarity(of word: QueryWord, amongRows count: Int) -> WordRarity {
        func known(_ bytes: [UInt8]) -> Term? { terms.first { $0.bytes == bytes && $0.rowCount > 0 } }
        let found = known(word.primary).map { [$0] } ?? word.alternatives.compactMap(known)
        return WordRarity(
            weight: found.map(\.weight).max() ?? 0, isCommon: 2 * (found.map(\.rowCount).min() ?? 0) > count)
    }
}
