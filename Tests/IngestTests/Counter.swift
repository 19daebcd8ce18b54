import Synchronization

/// Counts calls from several threads.
final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    /// The number of this call, from one on.
    func next() -> Int { count.add(1, ordering: .relaxed).newValue }
}
