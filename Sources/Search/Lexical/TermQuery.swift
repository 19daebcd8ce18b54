package import Lexicon
package import Shards

/// The words of a query, with what the shards of a snapshot know of them.
package struct TermQuery: Sendable {
    /// A term of the query.
    package struct Term: Sendable {
        package let bytes: [UInt8]
        /// The rows in which it stands, dead ones included.
        package let rowCount: Int
        /// Its weight, the logarithm of how rare it is.
        package let weight: Double
        let score: TermScore
        /// Its postings in each shard.
        let postings: [TermPostings?]
    }

    /// A word of the query: a row that has its primary term gets that term's score, another one those of the alternatives.
    package struct Word: Sendable {
        /// The places of its terms in `terms`.
        package let primary: Int
        package let alternatives: [Int]
        /// How often it stands in the query.
        package var count: Int
        /// What the scores of the alternatives are multiplied with.
        package internal(set) var share = 1.0
    }

    package let terms: [Term]
    package let words: [Word]
    /// The sum of the weights of the words, each as often as it stands in the query.
    package let weight: Double
    /// How much more than usual its words count, at least 1: see `QueryEmphasis`.
    package let emphasis: Double

    /// Looks the words of a query up in all shards.
    ///
    /// A word that no row has counts with the largest weight of its alternatives, and not at all when no row has these either.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package init(_ words: [QueryWord], in snapshot: Snapshot, _ statistics: TermStatistics) throws(ShardsError) {
        var places: [[UInt8]: Int] = [:]
        var terms: [Term] = []
        func place(_ bytes: [UInt8]) throws(ShardsError) -> Int {
            if let place = places[bytes] { return place }
            let term = try Term(bytes, in: snapshot, statistics)
            terms.append(term)
            places[bytes] = terms.count - 1
            return terms.count - 1
        }
        var found: [Word] = []
        var numbers: [[[UInt8]]: Int] = [:]
        for word in words {
            let all = [word.primary] + word.alternatives
            if let number = numbers[all] {
                found[number].count += 1
                continue
            }
            numbers[all] = found.count
            var alternatives: [Int] = []
            for alternative in word.alternatives { alternatives.append(try place(alternative)) }
            found.append(Word(primary: try place(word.primary), alternatives: alternatives, count: 1))
        }
        for place in found.indices { found[place].share = Self.share(of: found[place], terms) }
        self.terms = terms
        self.words = found
        let weights = found.map { word in
            let known = terms[word.primary].rowCount > 0 ? [word.primary] : word.alternatives
            return (largest: known.map { terms[$0].weight }.max() ?? 0, count: Double(word.count))
        }
        weight = weights.reduce(0) { $0 + $1.largest * $1.count }
        let known = weights.reduce(0) { $0 + ($1.largest > 0 ? $1.count : 0) }
        emphasis = QueryEmphasis(weight: weight, words: known, largest: statistics.weight(ofTermIn: 1)).factor
    }

    /// What the scores of a word's alternatives are multiplied with.
    ///
    /// Where the index has the whole, a row with all parts of an identifier must not come before one with the identifier: parts
    /// together tell at most a quarter of what the whole tells, and another spelling, which is about as long, no more than it.
    private static func share(of word: Word, _ terms: [Term]) -> Double {
        let known = word.alternatives.filter { terms[$0].rowCount > 0 }
        let sum = known.reduce(0) { $0 + terms[$1].weight }
        let whole = terms[word.primary]
        let isSpelling = known.count == 1 && known.allSatisfy { 4 * terms[$0].bytes.count >= 3 * whole.bytes.count }
        let most = whole.weight * (isSpelling ? 1 : 0.25)
        return whole.rowCount > 0 && sum > most ? most / sum : 1
    }

    /// Whether no row has any of its words.
    package var isEmpty: Bool { weight == 0 }
}

extension TermQuery.Term {
    fileprivate init(_ bytes: [UInt8], in snapshot: Snapshot, _ statistics: TermStatistics) throws(ShardsError) {
        self.bytes = bytes
        var postings: [TermPostings?] = []
        postings.reserveCapacity(snapshot.shards.count)
        for shard in snapshot.shards { postings.append(try shard.reader.terms?.postings(of: bytes)) }
        rowCount = postings.reduce(0) { $0 + ($1?.rowCount ?? 0) }
        weight = rowCount > 0 ? statistics.weight(ofTermIn: rowCount) : 0
        score = statistics.score(weight: weight)
        self.postings = postings
    }
}
