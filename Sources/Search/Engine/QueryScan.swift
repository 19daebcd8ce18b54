import Quantization
import Shards

/// What one task knows of a query: the best rows so far, and what it needs of the shard at hand.
///
/// It is an object, so that a block is scanned for one query after another without a copy of any. It belongs to its task.
final class QueryScan {
    /// Less than this, in score, is left to words that are looked up only for the best rows.
    private static let tolerance = 0.02
    /// More than the sums of single precision can be wrong by.
    private let margin: Double

    private let vector: ScoringQuery?
    private let query: RankingQuery
    private let weight: Double
    private let floor: RankingFloor
    private var best: Ranking.Part
    /// The words in the shard at hand; nil when query or shard has none.
    private var words: TermScan?
    /// The rows of that shard that may be found.
    private var sought = SoughtRows(dead: nil, selected: nil)
    /// The number of its first row.
    private var base = 0
    private var bytesPerRow = 0
    /// The first row of the unit at hand.
    private var unitStart = 0
    /// The scores of the rows at hand by meaning, before words are added.
    private var scores: [Double] = []
    /// Where the rows begin that the sieve has found.
    private var candidates: [Int] = []
    /// What finds rows of codes, for this query by its number; nil where all rows are scored.
    private let sieve: RowSieve?
    private let sieveIndex: Int

    /// Begins without a row.
    ///
    /// - Parameters:
    ///   - query: the query.
    ///   - floor: what all tasks know of the best rows.
    ///   - limit: the number of rows wanted.
    ///   - sieve: finds rows for all queries of a task.
    ///   - sieveIndex: the query's number in it.
    init(_ query: RankingQuery, above floor: RankingFloor, limit: Int, _ sieve: RowSieve?, sieveIndex: Int) {
        self.query = query
        self.floor = floor
        self.sieve = sieve.flatMap { $0.canFind(sieveIndex) ? $0 : nil }
        self.sieveIndex = sieveIndex
        vector = query.vector
        weight = query.termWeight
        best = Ranking.Part(query, limit: limit)
        // Each addition rounds by half of 2^-23 of the sum at most, and each score, made of four operations, by twice that;
        // and what the sieve adds to them is rounded three times.
        let terms = query.terms.map { $0.words.count + $0.terms.count } ?? 0
        margin = 1e-5 + Double(terms + 8) * 0x1p-23 * query.termWeight * (query.terms?.bound ?? 0)
    }

    /// The best rows that it has found.
    var part: Ranking.Part {
        var part = best
        part.tally.readBlocks += words?.tally.readBlocks ?? 0
        return part
    }

    /// Goes on in another shard.
    func enter(_ number: Int, of snapshot: Snapshot, _ plane: RowPlane) {
        best.tally.readBlocks += words?.tally.readBlocks ?? 0
        let shard = snapshot.shards[number]
        (base, bytesPerRow) = (shard.firstRow, shard.reader.layout(of: plane)?.bytesPerRow ?? 0)
        sought = query.soughtRows(ofShard: number, in: snapshot)
        words = query.terms.flatMap { terms in shard.reader.terms.map { TermScan(terms, shard: number, $0) } }
    }

    /// Prepares the rows of a unit.
    ///
    /// - Throws: `ShardsError` of code `.corrupt` for damaged terms.
    func begin(_ rows: Range<Int>) throws(ShardsError) {
        unitStart = rows.lowerBound
        best.top.raise(to: floor.score)
        guard words != nil, sought.containsAny(of: rows) else { return }
        // Without a vector a row needs more than what is left out; with one, little is left to be looked up.
        let tolerance = vector == nil ? max(best.top.floor, 0) - margin : Self.tolerance / weight
        try words?.add(rows, leavingOut: tolerance)
    }

    /// Tells the other tasks what the best rows have by now.
    func end() { floor.raise(to: best.top.floor) }

    /// Whether it looks for rows of a whole block, so that the sieve can look for all queries together.
    private var isSifted: Bool { sieve != nil && sought.selected == nil }

    /// Tells the sieve what to look for in the rows of a block.
    func prepare(_ rows: Range<Int>) {
        if isSifted { look(in: rows) } else { sieve?.rest(sieveIndex) }
    }

    /// Scans the rows of a block, of which `codes` has the codes and the sieve has found those that it was told to look for.
    ///
    /// - Throws: `ShardsError` of code `.corrupt` for damaged terms.
    func scan(_ codes: RawSpan, _ rows: Range<Int>) throws(ShardsError) {
        if isSifted { return try take(rows, codes) }
        try sought.forEachRun(of: rows) { run throws(ShardsError) in
            let first = (run.lowerBound - rows.lowerBound) * bytesPerRow
            let codes = codes.extracting(first..<first + run.count * bytesPerRow)
            guard let sieve else { return try scan(run: run, codes) }
            look(in: run)
            sieve.sift(codes, for: sieveIndex)
            try take(run, codes)
        }
    }

    /// Lets the sieve look for rows that could be among the best.
    private func look(in rows: Range<Int>) {
        guard let words else {
            sieve?.look(sieveIndex, from: best.top.floor)
            return
        }
        let sums = words.sums
        sieve?.look(
            sieveIndex, from: best.top.floor - weight * words.slack - margin,
            adding: sums.span.extracting(rows.lowerBound - unitStart..<rows.upperBound - unitStart), times: weight)
    }

    /// Scores the rows that the sieve has found.
    private func take(_ rows: Range<Int>, _ codes: RawSpan) throws(ShardsError) {
        guard let sieve, let vector else { return }
        best.tally.scannedRows += rows.count
        best.tally.codeBytes += codes.byteCount
        let found = sieve.found(by: sieveIndex)
        guard !found.isEmpty else { return }
        candidates.removeAll(keepingCapacity: true)
        for index in found.indices where sought.contains(rows.lowerBound + Int(found[index])) {
            candidates.append(Int(found[index]) * bytesPerRow)
        }
        score(candidates, in: codes, by: vector)
        for (place, offset) in candidates.enumerated() {
            let (row, meaning) = (rows.lowerBound + offset / bytesPerRow, scores[place])
            if let words {
                try complete(row, meaning, sum: Double(words.sums[row - unitStart]), words)
            } else {
                best.top.insert(RankedRow(score: meaning, row: UInt64(base + row)))
            }
        }
    }

    /// Writes the exact scores by meaning of rows that begin at some offsets to the start of `scores`.
    private func score(_ offsets: [Int], in codes: RawSpan, by vector: ScoringQuery) {
        withScores(of: offsets.count) { vector.score(codes, at: offsets, into: &$0) }
    }

    /// Scores rows by meaning, into the start of `scores`.
    private func score(_ codes: RawSpan, _ count: Int, by vector: ScoringQuery) {
        withScores(of: count) { vector.score(rows: codes, into: &$0) }
    }

    /// Calls `body` with room for so many scores at the start of `scores`.
    private func withScores(of count: Int, _ body: (inout MutableSpan<Double>) -> Void) {
        var scores: [Double] = []
        swap(&scores, &self.scores)
        if scores.count < count { scores = Array(repeating: 0, count: count) }
        var span = scores.mutableSpan
        body(&span)
        self.scores = scores
    }

    private func scan(run rows: Range<Int>, _ codes: RawSpan) throws(ShardsError) {
        if vector != nil {
            best.tally.scannedRows += rows.count
            best.tally.codeBytes += codes.byteCount
        }
        if query.isListing {
            for row in rows where sought.contains(row) { best.top.insert(RankedRow(score: 0, row: UInt64(base + row))) }
            return
        }
        guard words != nil else {
            // Without words nothing but the meaning counts.
            vector?.scan(rows: codes, firstRow: UInt64(base + rows.lowerBound), into: &best.top) {
                sought.contains(Int($0) - base)
            }
            return
        }
        if let vector {
            score(codes, rows.count, by: vector)
        } else if words?.isEmpty ?? true {
            return
        }
        try addWords(to: rows)
    }

    /// Adds the words' sums to the scores of rows, and completes those that may be among the best.
    private func addWords(to rows: Range<Int>) throws(ShardsError) {
        guard let words else { return }
        let slack = weight * words.slack + margin
        let all = words.sums
        let sums = all.span.extracting(rows.lowerBound - unitStart..<rows.upperBound - unitStart)
        var next = 0
        while next < rows.count {
            let least = best.top.floor - slack
            // By words alone a row is found only if it has one.
            let place =
                vector == nil
                ? CandidateKernel.next(nil, sums, weight: 1, floor: max(least, .leastNonzeroMagnitude), from: next)
                : CandidateKernel.next(scores.span, sums, weight: weight, floor: least, from: next)
            guard let place else { return }
            next = place + 1
            let row = rows.lowerBound + place
            guard sought.contains(row) else { continue }
            let meaning = vector == nil ? 0 : scores[place]
            try complete(row, meaning, sum: Double(sums[place]), words)
        }
    }

    /// Keeps a row if its score by meaning and all words is among the best; `sum` has those words that are added up.
    private func complete(_ row: Int, _ meaning: Double, sum: Double, _ words: TermScan) throws(ShardsError) {
        let needed = weight > 0 ? (best.top.floor - margin - meaning) / weight : -.infinity
        guard try words.mayReach(needed, row: row, sum: sum) else { return }
        best.tally.completedRows += 1
        let score = try meaning + weight * words.score(ofRow: row)
        best.top.insert(RankedRow(score: score, row: UInt64(base + row)))
    }
}
