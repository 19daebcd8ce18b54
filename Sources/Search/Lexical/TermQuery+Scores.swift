package import Shards

extension TermQuery {
    /// What a term adds to the score of a row.
    package struct Match: Sendable, Equatable {
        /// The term's place in `terms`.
        package let term: Int
        package let score: Double
    }

    /// The terms that stand in a row and count there, in the order of the query.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func matches(
        inRow row: Int, ofShard shard: Int, _ shardTerms: ShardTerms
    ) throws(ShardsError) -> [Match] {
        var matches: [Match] = []
        let length = try shardTerms.wordCount(ofRow: row)
        for word in words {
            try forEachMatch(of: word, inRow: row, ofShard: shard, shardTerms, length: length) { matches.append($0) }
        }
        return matches
    }

    /// The score of a row by all words.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func score(ofRow row: Int, ofShard shard: Int, _ shardTerms: ShardTerms) throws(ShardsError) -> Double {
        var sum = 0.0
        let length = try shardTerms.wordCount(ofRow: row)
        for word in words {
            try forEachMatch(of: word, inRow: row, ofShard: shard, shardTerms, length: length) { sum += $0.score }
        }
        return sum
    }

    /// What a word adds to the score of a row that has so many words.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func score(
        of word: Word, inRow row: Int, ofShard shard: Int, _ shardTerms: ShardTerms, length: Int
    ) throws(ShardsError) -> Double {
        var sum = 0.0
        try forEachMatch(of: word, inRow: row, ofShard: shard, shardTerms, length: length) { sum += $0.score }
        return sum
    }

    private func forEachMatch(
        of word: Word, inRow row: Int, ofShard shard: Int, _ shardTerms: ShardTerms, length: Int,
        _ body: (Match) -> Void
    ) throws(ShardsError) {
        func match(_ term: Int) throws(ShardsError) -> Match? {
            guard let postings = terms[term].postings[shard] else { return nil }
            let count = try shardTerms.count(of: postings, inRow: row)
            guard count > 0 else { return nil }
            return Match(term: term, score: Double(word.count) * terms[term].score(count: count, words: length))
        }
        if let whole = try match(word.primary) { return body(whole) }
        for alternative in word.alternatives {
            if let part = try match(alternative) { body(part) }
        }
    }

    /// None of some rows of a shard has a higher score by a word.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func bound(
        of word: Word, inShard shard: Int, _ shardTerms: ShardTerms, rows: Range<Int>
    ) throws(ShardsError) -> Double {
        func bound(_ term: Int) throws(ShardsError) -> Double {
            guard let postings = terms[term].postings[shard] else { return 0 }
            return try shardTerms.bound(of: postings, terms[term].score, rows: rows)
        }
        var parts = 0.0
        for alternative in word.alternatives { parts += try bound(alternative) }
        return Double(word.count) * max(try bound(word.primary), parts)
    }
}
