import Shards

/// Adds up the scores of a query's words for the rows of one shard, part after part.
///
/// Words that can add little to any row are left out of the sums: their largest scores together are the *slack*, and only for
/// rows that could still be among the best with it they are looked up, one row at a time (MaxScore by Turtle and Flood, 1995).
///
/// It is an object, so that to ask it about a row copies none of its arrays. It belongs to one task.
final class TermScan {
    private let query: TermQuery
    private let shard: Int
    private let terms: ShardTerms
    private let cursors: [PostingsCursor?]
    /// For each word the score of a posting of its primary term, times how often the word stands in the query.
    private let scores: [TermScore]
    /// The words that are added up for the last part.
    private var essential: [Int] = []
    /// The other words with the most that each adds to a row of it, the greatest first.
    private var leftOut: [LeftOut] = []
    /// What the other words add to a row at most.
    private(set) var slack = 0.0
    private(set) var tally = PostingsTally()
    /// The sums of the rows of the last part.
    private(set) var sums: [Float] = []
    private var wholes: [Float] = []
    private var parts: [Float] = []

    /// A word that is not added up.
    private struct LeftOut {
        let word: Int
        let bound: Double
        /// Its primary term where it has no other; nil otherwise.
        let onlyTerm: Int?
    }

    /// Prepares a shard that has terms.
    ///
    /// - Parameters:
    ///   - query: the words.
    ///   - shard: the shard's place in the snapshot.
    ///   - terms: the shard's terms.
    init(_ query: TermQuery, shard: Int, _ terms: ShardTerms) {
        self.query = query
        self.shard = shard
        self.terms = terms
        cursors = query.cursors(inShard: shard, terms)
        scores = query.words.map { word in
            var score = query.terms[word.primary].score
            score.weight *= Double(word.count)
            return score
        }
    }

    /// Whether no word is added up for the last part, so that every sum would be 0.
    var isEmpty: Bool { essential.isEmpty }

    /// Leaves out words that together add no more than `tolerance` to any of the rows.
    private func leaveOut(upTo tolerance: Double, of rows: Range<Int>) throws(ShardsError) {
        var order: [LeftOut] = []
        order.reserveCapacity(query.words.count)
        for (place, word) in query.words.enumerated() {
            order.append(
                LeftOut(
                    word: place, bound: try query.bound(of: word, inShard: shard, terms, rows: rows),
                    onlyTerm: word.alternatives.isEmpty ? word.primary : nil))
        }
        order.sort { $0.bound < $1.bound }
        slack = 0
        var count = 0
        while count < order.count, slack + order[count].bound <= tolerance {
            slack += order[count].bound
            count += 1
        }
        leftOut = order.prefix(count).reversed()
        essential = order.dropFirst(count).map(\.word).sorted()
    }

    /// Adds up the scores for some rows.
    ///
    /// - Parameters:
    ///   - rows: the rows.
    ///   - tolerance: the largest slack.
    /// - Throws: `ShardsError` of code `.corrupt`.
    func add(_ rows: Range<Int>, leavingOut tolerance: Double) throws(ShardsError) {
        try leaveOut(upTo: tolerance, of: rows)
        var total = Self.zeros(rows.count, instead: &sums)
        for place in essential {
            let word = query.words[place]
            if word.alternatives.isEmpty {
                try add(word.primary, times: Double(word.count), rows, to: &total)
                continue
            }
            // Rows with the whole get its score, the others those of the parts.
            var whole = Self.zeros(rows.count, instead: &wholes)
            var part = Self.zeros(rows.count, instead: &parts)
            try add(word.primary, times: Double(word.count), rows, to: &whole)
            let share = Double(word.count) * word.share
            for alternative in word.alternatives { try add(alternative, times: share, rows, to: &part) }
            for row in total.indices { total[row] += whole[row] > 0 ? whole[row] : part[row] }
            (wholes, parts) = (whole, part)
        }
        sums = total
    }

    private func add(
        _ term: Int, times: Double, _ rows: Range<Int>, to sums: inout [Float]
    ) throws(ShardsError) {
        let term = query.terms[term]
        guard let postings = term.postings[shard] else { return }
        var score = term.score
        score.weight *= times
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

    /// Whether a row's sum, with the words that were left out, may be at least `floor`.
    ///
    /// They are looked up one after another until the rest is too little, and most rows end with the first.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func mayReach(_ floor: Double, row: Int, sum: Double) throws(ShardsError) -> Bool {
        guard !leftOut.isEmpty else { return sum >= floor }
        let length = try terms.wordCount(ofRow: row)
        var (sum, rest) = (sum, slack)
        for next in leftOut {
            guard sum + rest >= floor else { return false }
            rest -= next.bound
            if let term = next.onlyTerm {
                let count = try cursors[term]?.count(inRow: row) ?? 0
                if count > 0 { sum += scores[next.word](count: count, words: length) }
            } else {
                sum += try query.score(of: query.words[next.word], inRow: row, of: length, cursors)
            }
        }
        return sum >= floor
    }

    /// The score of a row by all words, in double precision and in the order of the query, so that it is the same everywhere.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func score(ofRow row: Int) throws(ShardsError) -> Double {
        try query.score(ofRow: row, of: terms.wordCount(ofRow: row), cursors)
    }
}
