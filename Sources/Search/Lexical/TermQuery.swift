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
    }

    package let terms: [Term]
    package let words: [Word]
    /// The sum of the weights of the words, each as often as it stands in the query.
    package let weight: Double

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
        self.terms = terms
        self.words = found
        weight = found.reduce(0) { sum, word in
            let known = terms[word.primary].rowCount > 0 ? [word.primary] : word.alternatives
            let weights = known.filter { terms[$0].rowCount > 0 }.map { terms[$0].weight }
            return sum + (weights.max() ?? 0) * Double(word.count)
        }
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
