import Platform
import Shards

/// Scans the units that one task takes, for all queries of a call.
struct RankingScan {
    private let snapshot: Snapshot
    private let plane: RowPlane
    private let queries: [QueryScan]
    /// The shard at hand.
    private var shard: SnapshotShard?
    private var number = -1
    /// Rows that are read once.
    private var buffer: [UInt8] = []

    /// Scans units until none is left.
    ///
    /// - Throws: `ShardsError` of code `.corrupt` for damaged terms.
    static func scan(
        _ snapshot: Snapshot, unitsOf cursor: UnitCursor, for queries: [RankingQuery], above floors: [RankingFloor],
        limit: Int
    ) throws(ShardsError) -> [Ranking.Part] {
        let scans = zip(queries, floors).map { QueryScan($0, above: $1, limit: limit) }
        var scan = RankingScan(snapshot, cursor.plane, scans)
        while let (unit, isFirst) = cursor.next() {
            try scan.scan(unit, isOnce: isFirst && scans.count < Self.manyQueries)
        }
        return scans.map(\.part)
    }

    private init(_ snapshot: Snapshot, _ plane: RowPlane, _ queries: [QueryScan]) {
        self.snapshot = snapshot
        self.plane = plane
        self.queries = queries
    }

    /// So many queries take longer than mapping what they read.
    private static let manyQueries = 8

    /// Scans a unit, which perhaps nobody else reads.
    private mutating func scan(_ unit: WorkUnit, isOnce: Bool) throws(ShardsError) {
        if unit.shard != number { enter(unit.shard) }
        guard let reader = shard?.reader, let layout = reader.layout(of: plane), let last = unit.blocks.last else {
            return
        }
        let rows = layout.rows(inBlock: unit.blocks.lowerBound).lowerBound..<layout.rows(inBlock: last).upperBound
        for query in queries { try query.begin(rows) }
        if isOnce, let places = reader.read(unit.blocks, of: plane, into: &buffer) {
            for (block, place) in zip(unit.blocks, places) {
                let rows = layout.rows(inBlock: block)
                for query in queries { try query.scan(buffer.rawSpan.extracting(place), rows) }
            }
        } else {
            for block in unit.blocks {
                let (codes, rows) = (reader.block(block, of: plane), layout.rows(inBlock: block))
                for query in queries { try query.scan(codes, rows) }
            }
        }
        for query in queries { query.end() }
    }

    private mutating func enter(_ next: Int) {
        number = next
        shard = snapshot.shards[next]
        for query in queries { query.enter(next, of: snapshot, plane) }
    }
}
