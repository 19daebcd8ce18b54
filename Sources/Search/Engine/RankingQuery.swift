package import Quantization
import Shards

/// What rows are ranked by: a vector, words, or the sum of both scores.
package struct RankingQuery: Sendable {
    /// The query's vector; nil for a search by words alone.
    package let vector: ScoringQuery?
    /// The same vector for the signs of the rows, by which candidates are found; nil where all rows are scored.
    private(set) var signs: ScoringQuery?
    /// The query's words; nil for a search by meaning alone.
    package let terms: TermQuery?
    /// What the score of the words is multiplied with before it is added.
    package let termWeight: Double
    /// The rows that may be found; nil for all that are live.
    package internal(set) var selection: RowSelection?
    /// The least score of a row that is found.
    package let leastScore: Double
    /// Whether it asks for documents by their names, so that their hits are not limited.
    package internal(set) var namesDocuments = false
    /// Whether nothing is ranked by: all rows that may be found have the score 0.
    package let isListing: Bool

    /// Ranks by the sum of the cosine and `weight` times BM25, divided by the fourth root of what the query's words tell.
    ///
    /// So long queries do not outweigh the meaning, and no statistics of the result list are needed: the score is the same over
    /// shards, hosts and pages. In a query of few or rare words they count more (`QueryEmphasis`). Without a vector the score is
    /// BM25, without words the cosine; nothing is ranked without both.
    ///
    /// With `signs` the search is fast and not exact: see `SearchEngine.rankedFast`.
    package init(
        _ vector: ScoringQuery?, _ terms: TermQuery?, weight: Double, signs: ScoringQuery? = nil,
        among selection: RowSelection? = nil, leastScore: Double = -.infinity
    ) {
        self.vector = vector
        self.signs = vector == nil ? nil : signs
        self.terms = terms.flatMap { $0.isEmpty ? nil : $0 }
        self.selection = selection
        self.leastScore = leastScore
        isListing = false
        let (sum, emphasis) = (self.terms?.weight ?? 1, self.terms?.emphasis ?? 1)
        termWeight = vector == nil ? 1 : weight * emphasis / sum.squareRoot().squareRoot()
    }
}

extension RankingQuery {
    /// Lists rows in the order of the index, for a query of conditions alone.
    package init(listing selection: RowSelection?, leastScore: Double = -.infinity) {
        (vector, signs, terms, termWeight, isListing) = (nil, nil, nil, 0, true)
        self.selection = selection
        self.leastScore = leastScore
    }

    /// The rows of a shard that are live and may be found.
    func soughtRows(ofShard number: Int, in snapshot: Snapshot) -> SoughtRows {
        SoughtRows(dead: snapshot.shards[number].dead, selected: selection?.shards[number])
    }

    /// Whether only the best rows by signs are scored.
    ///
    /// With words all are: to complete the candidates takes longer than the scan, measured on a million rows.
    var isFast: Bool { signs != nil && terms == nil }

    /// The same query, by which all rows are scored.
    var exact: RankingQuery {
        var query = self
        query.signs = nil
        return query
    }

    /// The candidates by meaning.
    var bySigns: RankingQuery { RankingQuery(signs, nil, weight: 0, among: selection) }

    /// The same query among other rows.
    func among(_ selection: RowSelection) -> RankingQuery {
        var query = self
        query.selection = selection
        return query
    }
}

/// The best rows for a query, with what was read for them.
package struct Ranking: Sendable, Equatable {
    /// The rows, best first.
    package let rows: [RankedRow]
    package let tally: RankingTally

    /// What one task has found.
    struct Part: Sendable {
        var top: TopRows
        var tally = RankingTally()

        init(_ query: RankingQuery, limit: Int) { top = TopRows(limit: limit, leastScore: query.leastScore) }

        mutating func merge(_ other: Part) {
            top.merge(other.top)
            tally += other.tally
        }
    }
}

/// What a search has read.
package struct RankingTally: Sendable, Equatable {
    /// Rows whose codes were scored.
    package var scannedRows = 0
    /// Bytes of codes.
    package var codeBytes = 0
    /// Blocks of postings.
    package var readBlocks = 0
    /// Rows whose words were looked up one by one.
    package var completedRows = 0

    package init() {}

    static func += (tally: inout RankingTally, other: RankingTally) {
        tally.scannedRows += other.scannedRows
        tally.codeBytes += other.codeBytes
        tally.readBlocks += other.readBlocks
        tally.completedRows += other.completedRows
    }
}
