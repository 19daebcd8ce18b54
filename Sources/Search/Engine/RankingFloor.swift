import Quantization
import Shards
import Synchronization

/// The score that the best rows of a query are known to have at least, shared by the tasks of a search.
///
/// A row below it need not be looked at, in whichever task.
final class RankingFloor: Sendable {
    private let bits: Atomic<UInt64>

    init(_ score: Double) { bits = Atomic(score.bitPattern) }

    var score: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

    /// Takes a higher score; a lower one changes nothing.
    func raise(to score: Double) {
        var known = bits.load(ordering: .relaxed)
        while score > Double(bitPattern: known) {
            let (isExchanged, original) = bits.weakCompareExchange(
                expected: known, desired: score.bitPattern, ordering: .relaxed)
            if isExchanged { return }
            known = original
        }
    }
}

extension RankingFloor {
    /// Of longer lists the rows of rare words say too little for what it costs to score them.
    private static let longestList = 1024

    /// Begins with what the rows of the query's rarest words show.
    ///
    /// Without a vector, most of the work of a scan is to add up frequent words for rows that have no rare one. With a floor from the
    /// beginning these words are left out.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    convenience init(_ query: RankingQuery, limit: Int, in snapshot: Snapshot) throws(ShardsError) {
        guard query.vector == nil, let words = query.terms, (1...Self.longestList).contains(limit) else {
            self.init(query.leastScore)
            return
        }
        var best = TopRows(limit: limit, leastScore: query.leastScore)
        var rest = 4 * limit + 256
        let rarest = words.terms.filter { $0.rowCount > 0 }.sorted { $0.rowCount < $1.rowCount }
        var seen: Set<Int> = []
        for term in rarest {
            guard term.rowCount <= rest else { break }
            rest -= term.rowCount
            for (number, shard) in snapshot.shards.enumerated() {
                guard let postings = term.postings[number], let terms = shard.reader.terms else { continue }
                let sought = query.soughtRows(ofShard: number, in: snapshot)
                let cursors = words.cursors(inShard: number, terms)
                for row in try terms.rows(of: postings)
                where sought.contains(row) && seen.insert(shard.firstRow + row).inserted {
                    let score = try words.score(ofRow: row, of: terms.wordCount(ofRow: row), cursors)
                    best.insert(RankedRow(score: score, row: UInt64(shard.firstRow + row)))
                }
            }
        }
        self.init(best.floor)
    }
}
