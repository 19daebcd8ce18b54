import Foundation
package import Shards

/// What BM25 needs to know of all rows that a search goes over.
///
/// The sums go over the shards of a snapshot, so a score does not depend on how the rows lie in shards. Only live rows count as
/// rows and as words; the rows in which a term stands are counted with the dead ones, until compaction drops them.
package struct TermStatistics: Sendable, Equatable {
    /// Live rows of shards that have terms.
    package let rowCount: Int
    /// The words of a row on average.
    package let averageWordCount: Double

    /// BM25's saturation of counts, and its share of a row's length.
    package static let k1 = 1.2
    package static let b = 0.75

    package init(rowCount: Int, averageWordCount: Double) {
        self.rowCount = rowCount
        self.averageWordCount = averageWordCount
    }

    /// Adds up the shards of a snapshot; nil when none has terms.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package init?(_ snapshot: Snapshot) throws(ShardsError) {
        var (rows, words) = (0, 0)
        for shard in snapshot.shards {
            guard let terms = shard.reader.terms else { continue }
            rows += shard.listed.liveRows
            words += terms.wordCount
            guard let dead = shard.dead else { continue }
            for row in 0..<terms.rowCount where dead.contains(row) { words -= try terms.wordCount(ofRow: row) }
        }
        guard rows > 0 else { return nil }
        self.init(rowCount: rows, averageWordCount: Double(words) / Double(rows))
    }

    /// How much a term tells that stands in so many rows (Lucene's formula, which is never negative).
    package func weight(ofTermIn rows: Int) -> Double {
        let rows = Double(rows)
        return log(1 + max(Double(rowCount) - rows + 0.5, 0.5) / (rows + 0.5))
    }

    /// How the postings of a term of this weight are scored.
    package func score(weight: Double) -> TermScore {
        TermScore(
            weight: weight, fixed: Self.k1 * (1 - Self.b),
            slope: averageWordCount > 0 ? Self.k1 * Self.b / averageWordCount : 0)
    }
}
