import Platform
import Quantization
import Shards

/// Scans the units that one task takes, for all queries of a call.
struct RankingScan {
    private let snapshot: Snapshot
    private let plane: RowPlane
    private let queries: [QueryScan]
    private let sieve: RowSieve?
    /// The shard at hand.
    private var shard: SnapshotShard?
    private var shardNumber = -1
    /// Rows that are read once.
    private var buffer: [UInt8] = []

    /// Scans units until none is left.
    ///
    /// - Throws: `ShardsError` of code `.corrupt` for damaged terms.
    static func scan(
        _ snapshot: Snapshot, unitsOf cursor: UnitCursor, for queries: [RankingQuery], above floors: [RankingFloor],
        limit: Int
    ) throws(ShardsError) -> [Ranking.Part] {
        let longestBlock = snapshot.shards.reduce(0) { max($0, $1.reader.layout(of: cursor.plane)?.rowsPerBlock ?? 0) }
        let sieve = RowSieve(queries.map(\.vector), rowLimit: longestBlock)
        let scans = zip(queries.indices, floors).map { number, floor in
            QueryScan(queries[number], above: floor, limit: limit, sieve, sieveIndex: number)
        }
        var scan = RankingScan(snapshot, cursor.plane, scans, sieve)
        while let (unit, isFirst) = cursor.next() {
            try scan.scan(unit, isOnce: isFirst && scans.count < Self.manyQueries)
        }
        return scans.map(\.part)
    }

    private init(_ snapshot: Snapshot, _ plane: RowPlane, _ queries: [QueryScan], _ sieve: RowSieve?) {
        self.snapshot = snapshot
        self.plane = plane
        self.queries = queries
        self.sieve = sieve
    }

    /// So many queries take longer than mapping what they read.
    private static let manyQueries = 8

    /// Scans a unit, which perhaps nobody else reads.
    private mutating func scan(_ unit: WorkUnit, isOnce: Bool) throws(ShardsError) {
        if unit.shard != shardNumber { enter(unit.shard) }
        guard let reader = shard?.reader, let layout = reader.layout(of: plane), let last = unit.blocks.last else {
            return
        }
        let rows = layout.rows(inBlock: unit.blocks.lowerBound).lowerBound..<layout.rows(inBlock: last).upperBound
        for query in queries { try query.begin(rows) }
        if isOnce, let places = reader.read(unit.blocks, of: plane, into: &buffer) {
            for (block, place) in zip(unit.blocks, places) {
                try scan(buffer.rawSpan.extracting(place), layout.rows(inBlock: block))
            }
        } else {
            for block in unit.blocks {
                try scan(reader.block(block, of: plane), layout.rows(inBlock: block))
            }
        }
        for query in queries { query.end() }
    }

    private func scan(_ codes: RawSpan, _ rows: Range<Int>) throws(ShardsError) {
        if let sieve {
            for query in queries { query.prepare(rows) }
            sieve.sift(codes)
        }
        for query in queries { try query.scan(codes, rows) }
    }

    private mutating func enter(_ next: Int) {
        shardNumber = next
        shard = snapshot.shards[next]
        for query in queries { query.enter(next, of: snapshot, plane) }
    }
}
