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
    private var parts: [Ranking.Part]
    /// The words of each query in the shard at hand.
    private var terms: [TermScan?] = []
    private var shard = -1

    /// Scans units until none is left.
    ///
    /// - Throws: `ShardsError` of code `.corrupt` for damaged terms.
    static func scan(
        _ snapshot: Snapshot, unitsOf cursor: UnitCursor, for queries: [RankingQuery], limit: Int
    ) throws(ShardsError) -> [Ranking.Part] {
        var scan = RankingScan(
            snapshot: snapshot, queries: queries, parts: queries.map { Ranking.Part($0, limit: limit) })
        while let unit = cursor.next() { try scan.scan(unit) }
        scan.leave()
        return scan.parts
    }

    private init(snapshot: Snapshot, queries: [RankingQuery], parts: [Ranking.Part]) {
        self.snapshot = snapshot
        self.queries = queries
        self.parts = parts
    }

    private mutating func scan(_ unit: WorkUnit) throws(ShardsError) {
        if unit.shard != shard { try enter(unit.shard) }
        let layout = snapshot.shards[shard].reader.codes
        guard let last = unit.blocks.last else { return }
        let rows = layout.rows(inBlock: unit.blocks.lowerBound).lowerBound..<layout.rows(inBlock: last).upperBound
        for query in queries.indices
        where queries[query].selection?.containsAny(of: rows, inShard: unit.shard) ?? true {
            if queries[query].vector == nil {
                terms[query]?.leaveOut(upTo: (parts[query].top.least ?? 0) - Self.margin)
            }
            try terms[query]?.add(rows)
        }
        for block in unit.blocks {
            for query in queries.indices { try scan(block, for: query, from: rows.lowerBound) }
        }
    }

    private mutating func enter(_ next: Int) throws(ShardsError) {
        leave()
        shard = next
        let reader = snapshot.shards[next].reader
        terms = queries.map { query in
            guard let words = query.terms, let known = reader.terms else { return nil }
            return TermScan(
                words, shard: next, known, tolerance: query.vector == nil ? 0 : Self.tolerance / query.termWeight)
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
        let (number, selection) = (self.shard, queries[query].selection)
        let shard = snapshot.shards[number]
        let reader = shard.reader
        func isSought(_ row: Int) -> Bool {
            shard.isLive(row) && (selection?.contains(row, inShard: number) ?? true)
        }
        let width = reader.codes.bytesPerRow
        let first = reader.codes.rows(inBlock: block).lowerBound
        let bytes = (rows.lowerBound - first) * width..<(rows.upperBound - first) * width
        guard let scan = terms[query] else {
            // Without words nothing but the meaning counts.
            guard let vector = queries[query].vector else {
                guard queries[query].isListing else { return }
                for row in rows where isSought(row) {
                    parts[query].top.insert(RankedRow(score: 0, row: UInt64(shard.firstRow + row)))
                }
                return
            }
            count(rows, of: reader, query)
            let base = UInt64(shard.firstRow)
            return vector.scan(
                rows: reader.codeBlock(block).extracting(bytes), firstRow: base + UInt64(rows.lowerBound),
                into: &parts[query].top
            ) { isSought(Int($0 - base)) }
        }
        var scores = Array(repeating: 0.0, count: rows.count)
        if let vector = queries[query].vector {
            count(rows, of: reader, query)
            var span = scores.mutableSpan
            vector.score(rows: reader.codeBlock(block).extracting(bytes), into: &span)
        }
        let weight = queries[query].termWeight
        let slack = weight * scan.slack + Self.margin
        let sums = scan.sums[rows.lowerBound - unitStart..<rows.upperBound - unitStart]
        let isByWords = queries[query].vector == nil
        for (place, row) in rows.enumerated() {
            let sum = Double(sums[sums.startIndex + place])
            guard !isByWords || sum > 0 else { continue }
            let number = UInt64(shard.firstRow + row)
            let bound = RankedRow(score: scores[place] + weight * sum + slack, row: number)
            guard parts[query].top.admits(bound), isSought(row) else { continue }
            parts[query].tally.completedRows += 1
            let score = try scores[place] + weight * scan.score(ofRow: row)
            parts[query].top.insert(RankedRow(score: score, row: number))
        }
    }

    private mutating func count(_ rows: Range<Int>, of reader: ShardReader, _ query: Int) {
        parts[query].tally.scannedRows += rows.count
        parts[query].tally.codeBytes += rows.count * reader.codes.bytesPerRow
    }
}
