import Shards
import Synchronization

/// A range of a shard's blocks that one task scans without interruption.
struct WorkUnit: Sendable, Equatable {
    /// The shard's index in the snapshot.
    let shard: Int
    let blocks: Range<Int>

    /// Divides a plane of a snapshot into units of about `byteCount` bytes, in order.
    ///
    /// Units are small enough for all tasks to end at about the same time, and large enough to make taking one cheap.
    static func dividing(_ snapshot: Snapshot, byteCount: Int, of plane: RowPlane = .codes) -> [WorkUnit] {
        var units: [WorkUnit] = []
        for (number, shard) in snapshot.shards.enumerated() where shard.listed.liveRows > 0 {
            guard let layout = shard.reader.layout(of: plane) else { continue }
            let bytesPerBlock = max(layout.rowsPerBlock * layout.bytesPerRow, 1)
            let step = max(byteCount / bytesPerBlock, 1)
            for first in stride(from: 0, to: layout.blockCount, by: step) {
                units.append(WorkUnit(shard: number, blocks: first..<min(first + step, layout.blockCount)))
            }
        }
        return units
    }
}

/// The units of a plane, and which of them were never read.
final class PlaneUnits: Sendable {
    let plane: RowPlane
    let units: [WorkUnit]
    private let unread: Mutex<Set<Int>>

    init(_ snapshot: Snapshot, byteCount: Int, of plane: RowPlane) {
        self.plane = plane
        units = WorkUnit.dividing(snapshot, byteCount: byteCount, of: plane)
        unread = Mutex(Set(units.indices))
    }

    /// Whether a unit is read for the first time.
    func isFirst(_ index: Int) -> Bool { unread.withLock { !$0.isEmpty && $0.remove(index) != nil } }
}

/// Hands out each work unit once, to the task that asks first.
final class UnitCursor: Sendable {
    private let all: PlaneUnits
    private let taken = Atomic<Int>(0)

    init(_ all: PlaneUnits) {
        self.all = all
    }

    var plane: RowPlane { all.plane }

    /// The next unit, and whether it was never read; nil when all are taken.
    func next() -> (unit: WorkUnit, isFirst: Bool)? {
        let (index, _) = taken.add(1, ordering: .relaxed)
        return index < all.units.count ? (all.units[index], all.isFirst(index)) : nil
    }
}
