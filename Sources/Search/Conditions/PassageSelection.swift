package import Lexicon
package import Platform
package import Shards

/// Finds the rows of a snapshot that meet conditions on their words, before anything is ranked.
package struct PassageSelection: Sendable {
    private let snapshot: Snapshot
    private let analyzer: Analyzer

    /// The rows of which one task reads the text at a time; about the passages of a hundred frames.
    private static let rowsPerPiece = 1 << 12

    /// Rows of a shard whose text one task reads.
    private struct Piece: Sendable {
        let shard: Int
        let rows: Range<Int>
    }

    /// Selects by the rules of an index.
    package init(of snapshot: Snapshot, _ analyzer: Analyzer) {
        self.snapshot = snapshot
        self.analyzer = analyzer
    }

    /// The live rows that meet all conditions.
    ///
    /// Postings decide where they can. The texts of what is left are read in the order of the index on all threads, so that each frame
    /// is decoded once, or twice where two tasks share it.
    ///
    /// - Parameters:
    ///   - tests: the conditions.
    ///   - selection: the rows that may be found without them.
    ///   - threads: what computes.
    /// - Returns: the rows, and the number of those whose text was read.
    /// - Throws: `ShardsError` of code `.corrupt` for damaged terms or text, `LexiconError` for a missing stemmer.
    package func rows(
        meeting tests: [PassageTest], among selection: RowSelection, threads: ThreadPool
    ) async throws -> (selection: RowSelection, readRows: Int) {
        try await withTaskExecutorPreference(threads) { try await rows(meeting: tests, among: selection) }
    }

    private func rows(
        meeting tests: [PassageTest], among selection: RowSelection
    ) async throws -> (selection: RowSelection, readRows: Int) {
        var candidates: [ShardCandidates] = []
        var pieces: [Piece] = []
        for (number, shard) in snapshot.shards.enumerated() {
            let found = try ShardCandidates(tests, in: shard, among: selection.shards[number])
            candidates.append(found)
            for first in stride(from: 0, to: shard.reader.rowCount, by: Self.rowsPerPiece) {
                let rows = first..<min(first + Self.rowsPerPiece, shard.reader.rowCount)
                if found.unchecked.containsAny(of: rows) { pieces.append(Piece(shard: number, rows: rows)) }
            }
        }
        let (all, unread) = (candidates, pieces)
        let tasks = min(Processors.usable, unread.count)
        var readRows = 0
        try await withThrowingTaskGroup(of: [(shard: Int, refused: RowBitset, readRows: Int)].self) { group in
            for task in 0..<tasks {
                group.addTask {
                    try refused(stride(from: task, to: unread.count, by: tasks).map { unread[$0] }, all)
                }
            }
            for try await found in group {
                for part in found {
                    candidates[part.shard].remove(part.refused)
                    readRows += part.readRows
                }
            }
        }
        var met = RowSelection(shardCount: snapshot.shards.count)
        for (number, found) in candidates.enumerated() { met.restrict(number, to: found.rows) }
        return (met, readRows)
    }

    /// The rows of some pieces whose text does not meet the conditions.
    private func refused(
        _ pieces: [Piece], _ candidates: [ShardCandidates]
    ) throws -> [(shard: Int, refused: RowBitset, readRows: Int)] {
        var terms = try TermReader(analyzer)
        var found: [(shard: Int, refused: RowBitset, readRows: Int)] = []
        for piece in pieces {
            let reader = snapshot.shards[piece.shard].reader
            if found.last?.shard != piece.shard { found.append((piece.shard, RowBitset(rowCount: reader.rowCount), 0)) }
            var rows = try RowReader(reader)
            let (unchecked, tests) = (candidates[piece.shard].unchecked, candidates[piece.shard].tests)
            for row in piece.rows where unchecked.contains(row) {
                let text = try rows.text(of: try rows.passage(ofRow: row))
                found[found.count - 1].readRows += 1
                var list: TermList?
                if !tests.allSatisfy({ $0.holds(for: text, &list, &terms) }) {
                    found[found.count - 1].refused.insert(row)
                }
            }
        }
        return found
    }
}
