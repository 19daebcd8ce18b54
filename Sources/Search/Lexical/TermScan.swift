package import Shards

/// Adds up the scores of a query's words for the rows of one shard, part after part.
///
/// Words that can add little to any row are left out of the sums: their largest scores together are the *slack*, and only for
/// rows that could still be among the best with it they are looked up, one row at a time (MaxScore by Turtle and Flood, 1995).
struct TermScan {
    private let query: TermQuery
    private let shard: Int
    private let terms: ShardTerms
    /// The words by the most that each adds to a row of the shard, the least first.
    private let order: [(word: Int, bound: Double)]
    /// The words that are added up.
    private var essential: [Int] = []
    /// What the other words add to a row at most.
    private(set) var slack = 0.0
    private(set) var tally = PostingsTally()
    /// The sums of the rows of the last part.
    private(set) var sums: [Float] = []
    private var wholes: [Float] = []
    private var parts: [Float] = []

    /// Prepares a shard that has terms.
    ///
    /// - Parameters:
    ///   - query: the words.
    ///   - shard: the shard's place in the snapshot.
    ///   - terms: the shard's terms.
    ///   - tolerance: the largest slack.
    init(_ query: TermQuery, shard: Int, _ terms: ShardTerms, tolerance: Double) {
        self.query = query
        self.shard = shard
        self.terms = terms
        order = query.words.indices
            .map { ($0, query.bound(of: query.words[$0], inShard: shard)) }
            .sorted { $0.bound < $1.bound }
        leaveOut(upTo: tolerance)
    }

    /// Leaves out words that together add no more than `tolerance` to any row.
    mutating func leaveOut(upTo tolerance: Double) {
        slack = 0
        var count = 0
        while count < order.count, slack + order[count].bound <= tolerance {
            slack += order[count].bound
            count += 1
        }
        essential = order.dropFirst(count).map(\.word).sorted()
    }

    /// Adds up the scores for some rows.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    mutating func add(_ rows: Range<Int>) throws(ShardsError) {
        var total = Self.zeros(rows.count, instead: &sums)
        for place in essential {
            let word = query.words[place]
            if word.alternatives.isEmpty {
                try add(word.primary, times: word.count, rows, to: &total)
                continue
            }
            // Rows with the whole get its score, the others those of the parts.
            var whole = Self.zeros(rows.count, instead: &wholes)
            var part = Self.zeros(rows.count, instead: &parts)
            try add(word.primary, times: word.count, rows, to: &whole)
            for alternative in word.alternatives { try add(alternative, times: word.count, rows, to: &part) }
            for row in total.indices { total[row] += whole[row] > 0 ? whole[row] : part[row] }
            (wholes, parts) = (whole, part)
        }
        sums = total
    }

    private mutating func add(
        _ term: Int, times: Int, _ rows: Range<Int>, to sums: inout [Float]
    ) throws(ShardsError) {
        let term = query.terms[term]
        guard let postings = term.postings[shard] else { return }
        var score = term.score
        score.weight *= Double(times)
        try terms.addScores(of: postings, score, rows: rows, to: &sums, &tally)
    }

    /// An array of zeros in the memory of an old one.
    private static func zeros(_ count: Int, instead old: inout [Float]) -> [Float] {
        var reused: [Float] = []
        swap(&reused, &old)
        reused.removeAll(keepingCapacity: true)
        reused.append(contentsOf: repeatElement(0, count: count))
        return reused
    }

    /// The score of a row by all words, in double precision and in the order of the query, so that it is the same everywhere.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func score(ofRow row: Int) throws(ShardsError) -> Double {
        try query.matches(inRow: row, ofShard: shard, terms).reduce(0) { $0 + $1.score }
    }
}

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
        func match(_ term: Int, times: Int) throws(ShardsError) -> Match? {
            guard let postings = terms[term].postings[shard] else { return nil }
            let count = try shardTerms.count(of: postings, inRow: row)
            guard count > 0 else { return nil }
            return Match(term: term, score: Double(times) * terms[term].score(count: count, words: length))
        }
        for word in words {
            if let whole = try match(word.primary, times: word.count) {
                matches.append(whole)
                continue
            }
            for alternative in word.alternatives {
                if let part = try match(alternative, times: word.count) { matches.append(part) }
            }
        }
        return matches
    }

    /// No row of a shard has a higher score by a word.
    func bound(of word: Word, inShard shard: Int) -> Double {
        let parts = word.alternatives.reduce(0) { $0 + terms[$1].bound(inShard: shard) }
        return Double(word.count) * max(terms[word.primary].bound(inShard: shard), parts)
    }
}
