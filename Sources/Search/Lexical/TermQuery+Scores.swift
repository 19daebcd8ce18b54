package import Shards

extension TermQuery {
    /// What a term adds to the score of a row.
    package struct Match: Sendable, Equatable {
        /// The term's place in `terms`.
        package let term: Int
        package let score: Double
    }

    /// Cursors over the postings of the terms in a shard, one for each; nil for those that it does not have.
    func cursors(inShard shard: Int, _ shardTerms: ShardTerms) -> [PostingsCursor?] {
        terms.map { term in term.postings[shard].map { PostingsCursor($0, in: shardTerms) } }
    }

    /// The terms that stand in a row and count there, in the order of the query.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func matches(
        inRow row: Int, ofShard shard: Int, _ shardTerms: ShardTerms
    ) throws(ShardsError) -> [Match] {
        var matches: [Match] = []
        let length = try shardTerms.wordCount(ofRow: row)
        let cursors = cursors(inShard: shard, shardTerms)
        for word in words {
            try forEachMatch(of: word, inRow: row, of: length, cursors) { matches.append($0) }
        }
        return matches
    }

    /// The score of a row by all words.
    ///
    /// - Parameters:
    ///   - row: the row.
    ///   - length: the number of its words.
    ///   - cursors: those of the row's shard.
    /// - Returns: the sum over the words, in the order of the query.
    /// - Throws: `ShardsError` of code `.corrupt`.
    func score(ofRow row: Int, of length: Int, _ cursors: [PostingsCursor?]) throws(ShardsError) -> Double {
        var sum = 0.0
        for word in words {
            try forEachMatch(of: word, inRow: row, of: length, cursors) { sum += $0.score }
        }
        return sum
    }

    /// What a word adds to the score of a row that has so many words.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func score(
        of word: Word, inRow row: Int, of length: Int, _ cursors: [PostingsCursor?]
    ) throws(ShardsError) -> Double {
        var sum = 0.0
        try forEachMatch(of: word, inRow: row, of: length, cursors) { sum += $0.score }
        return sum
    }

    private func forEachMatch(
        of word: Word, inRow row: Int, of length: Int, _ cursors: [PostingsCursor?], _ body: (Match) -> Void
    ) throws(ShardsError) {
        func match(_ term: Int, share: Double) throws(ShardsError) -> Match? {
            let count = try cursors[term]?.count(inRow: row) ?? 0
            guard count > 0 else { return nil }
            let score = Double(word.count) * share * terms[term].score(count: count, words: length)
            return Match(term: term, score: score)
        }
        if let whole = try match(word.primary, share: 1) { return body(whole) }
        for alternative in word.alternatives {
            if let part = try match(alternative, share: word.share) { body(part) }
        }
    }

    /// No row has a higher score by all words: a posting has less than the weight of its term.
    var bound: Double {
        words.reduce(0) { sum, word in
            let parts = word.share * word.alternatives.reduce(0) { $0 + terms[$1].weight }
            return sum + Double(word.count) * max(terms[word.primary].weight, parts)
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
        return Double(word.count) * max(try bound(word.primary), word.share * parts)
    }
}
