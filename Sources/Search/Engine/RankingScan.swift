import Quantization
import Shards

/// Scans the units that one task takes, for all queries of a call.
struct RankingScan {
    /// Less than this, in score, is left to words that are looked up only for the best rows.
    private static let tolerance = 0.02
    /// More than the sums of single precision can be wrong by.
    private static let margin = 1e-5

    private let snapshot: Snapshot
    private let queries: [RankingQuery]
    private let floors: [RankingFloor]
    private var parts: [Ranking.Part]
    /// The words of each query in the shard at hand.
    private var terms: [TermScan?] = []
    /// The rows of that shard that each query may find.
    private var sought: [SoughtRows] = []
    private var shard = -1
    /// The scores of the rows at hand by meaning, before words are added.
    private var scores: [Double] = []

    /// Scans units until none is left.
    ///
    /// - Throws: `ShardsError` of code `.corrupt` for damaged terms.
    static func scan(
        _ snapshot: Snapshot, unitsOf cursor: UnitCursor, for queries: [RankingQuery], above floors: [RankingFloor],
        limit: Int
    ) throws(ShardsError) -> [Ranking.Part] {
        var scan = RankingScan(
            snapshot: snapshot, queries: queries, floors: floors, parts: queries.map { Ranking.Part($0, limit: limit) })
        while let unit = cursor.next() { try scan.scan(unit) }
        scan.leave()
        return scan.parts
    }

    private init(
        snapshot: Snapshot, queries: [RankingQuery], floors: [RankingFloor], parts: [Ranking.Part]
    ) {
        self.snapshot = snapshot
        self.queries = queries
        self.floors = floors
        self.parts = parts
    }

    private mutating func scan(_ unit: WorkUnit) throws(ShardsError) {
        if unit.shard != shard { try enter(unit.shard) }
        let layout = snapshot.shards[shard].reader.codes
        guard let last = unit.blocks.last else { return }
        let rows = layout.rows(inBlock: unit.blocks.lowerBound).lowerBound..<layout.rows(inBlock: last).upperBound
        for query in queries.indices
        where queries[query].selection?.containsAny(of: rows, inShard: unit.shard) ?? true {
            parts[query].top.raise(to: floors[query].score)
            let tolerance = tolerance(of: query)
            try terms[query]?.add(rows, leavingOut: tolerance)
        }
        for block in unit.blocks {
            for query in queries.indices { try scan(block, for: query, from: rows.lowerBound) }
        }
        for query in queries.indices { floors[query].raise(to: parts[query].top.floor) }
    }

    /// What words may add without being added up: without a vector, less than a row needs.
    private func tolerance(of query: Int) -> Double {
        guard queries[query].vector == nil else { return Self.tolerance / queries[query].termWeight }
        return max(parts[query].top.floor, 0) - Self.margin
    }

    private mutating func enter(_ next: Int) throws(ShardsError) {
        leave()
        shard = next
        sought = queries.map { [snapshot] in $0.soughtRows(ofShard: next, in: snapshot) }
        let reader = snapshot.shards[next].reader
        terms = queries.map { query in
            guard let words = query.terms, let known = reader.terms else { return nil }
            return TermScan(words, shard: next, known)
        }
    }

    private mutating func leave() {
        for (query, scan) in terms.enumerated() { parts[query].tally.readBlocks += scan?.tally.readBlocks ?? 0 }
        terms = []
    }

    private mutating func scan(_ block: Int, for query: Int, from unitStart: Int) throws(ShardsError) {
        let rows = snapshot.shards[shard].reader.codes.rows(inBlock: block)
        guard let selection = queries[query].selection else { return try scan(rows, of: block, for: query, unitStart) }
        guard selection.containsAny(of: rows, inShard: shard) else { return }
        try selection.forEachRun(of: rows, inShard: shard) { run throws(ShardsError) in
            try scan(run, of: block, for: query, unitStart)
        }
    }

    /// Scans rows that follow one another in a block.
    private mutating func scan(
        _ rows: Range<Int>, of block: Int, for query: Int, _ unitStart: Int
    ) throws(ShardsError) {
        let (number, search) = (self.shard, queries[query])
        let reader = snapshot.shards[number].reader
        let width = reader.codes.bytesPerRow
        let first = reader.codes.rows(inBlock: block).lowerBound
        let bytes = (rows.lowerBound - first) * width..<(rows.upperBound - first) * width
        if let words = terms[query], search.vector != nil || !words.isEmpty {
            if let vector = search.vector {
                count(rows, of: reader, query)
                if scores.count < rows.count { scores = Array(repeating: 0, count: reader.codes.rowsPerBlock) }
                var span = scores.mutableSpan
                vector.score(rows: reader.codeBlock(block).extracting(bytes), into: &span)
            }
            return try add(words, rows, for: query, unitStart)
        }
        let base = snapshot.shards[number].firstRow
        // Without words nothing but the meaning counts.
        guard let vector = search.vector else {
            guard search.isListing else { return }
            for row in rows where sought[query].contains(row) {
                parts[query].top.insert(RankedRow(score: 0, row: UInt64(base + row)))
            }
            return
        }
        count(rows, of: reader, query)
        vector.scan(
            rows: reader.codeBlock(block).extracting(bytes), firstRow: UInt64(base + rows.lowerBound),
            into: &parts[query].top
        ) { [rows = sought[query]] in rows.contains(Int($0) - base) }
    }

    /// Adds the words' sums to the scores of rows, and completes those that may be among the best.
    private mutating func add(
        _ words: TermScan, _ rows: Range<Int>, for query: Int, _ unitStart: Int
    ) throws(ShardsError) {
        let (search, sought) = (queries[query], sought[query])
        let base = snapshot.shards[shard].firstRow
        let weight = search.termWeight
        let slack = weight * words.slack + Self.margin
        let isByWords = search.vector == nil
        let sums = words.sums.span.extracting(rows.lowerBound - unitStart..<rows.upperBound - unitStart)
        var next = 0
        while next < rows.count {
            let least = parts[query].top.floor - slack
            // By words alone a row is found only if it has one.
            let place =
                isByWords
                ? CandidateKernel.next(nil, sums, weight: 1, floor: max(least, .leastNonzeroMagnitude), from: next)
                : CandidateKernel.next(scores.span, sums, weight: weight, floor: least, from: next)
            guard let place else { return }
            next = place + 1
            let row = rows.lowerBound + place
            guard sought.contains(row) else { continue }
            let meaning = isByWords ? 0 : scores[place]
            let needed = weight > 0 ? (parts[query].top.floor - Self.margin - meaning) / weight : -.infinity
            guard try words.mayReach(needed, row: row, sum: Double(sums[place])) else { continue }
            parts[query].tally.completedRows += 1
            let score = try meaning + weight * words.score(ofRow: row)
            parts[query].top.insert(RankedRow(score: score, row: UInt64(base + row)))
        }
    }

    private mutating func count(_ rows: Range<Int>, of reader: ShardReader, _ query: Int) {
        parts[query].tally.scannedRows += rows.count
        parts[query].tally.codeBytes += rows.count * reader.codes.bytesPerRow
    }
}
