import Shards

/// A stretch of a shard's blocks that one task scans in one go.
struct WorkUnit: Sendable, Equatable {
    /// The shard's place in the snapshot.
    let shard: Int
    let blocks: Range<Int>

    /// Divides all codes of a snapshot into units of about `byteCount`, in order.
    ///
    /// Small enough that all tasks end at about the same time, large enough that taking one costs nothing.
    static func dividing(_ snapshot: Snapshot, byteCount: Int) -> [WorkUnit] {
        var units: [WorkUnit] = []
        for (number, shard) in snapshot.shards.enumerated() where shard.listed.liveRows > 0 {
            let layout = shard.reader.codes
            let bytesPerBlock = max(layout.rowsPerBlock * layout.bytesPerRow, 1)
            let step = max(byteCount / bytesPerBlock, 1)
            for first in stride(from: 0, to: layout.blockCount, by: step) {
                units.append(WorkUnit(shard: number, blocks: first..<min(first + step, layout.blockCount)))
            }
        }
        return units
    }
}
