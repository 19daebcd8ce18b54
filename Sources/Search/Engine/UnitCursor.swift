import Synchronization

/// Hands out each work unit once, to whichever task asks first.
final class UnitCursor: Sendable {
    private let units: [WorkUnit]
    private let taken = Atomic<Int>(0)

    init(_ units: [WorkUnit]) {
        self.units = units
    }

    /// A unit that nobody has; nil when all are taken.
    func next() -> WorkUnit? {
        let (index, _) = taken.add(1, ordering: .relaxed)
        return index < units.count ? units[index] : nil
    }
}
