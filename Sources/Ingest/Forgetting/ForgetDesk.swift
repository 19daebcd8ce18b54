import Synchronization

/// Where orders to forget wait for the committing thread, and their outcomes for those who asked.
///
/// That thread alone moves files to `done/` and commits, so what it forgets between two commits is forgotten whole.
package final class ForgetDesk: Sendable {
    private struct State {
        var orders: [(number: Int, order: ForgetOrder)] = []
        var outcomes: [Int: Result<ForgetOutcome, IngestError>] = [:]
        var next = 0
    }

    private let state = Mutex(State())
    private let bell = Mutex<(@Sendable () -> Void)?>(nil)
    /// How many orders wait at most.
    private static let capacity = 64

    package init() {}

    /// Leaves an order.
    ///
    /// - Parameter order: the order.
    /// - Returns: its number; nil when too many are waiting.
    package func submit(_ order: ForgetOrder) -> Int? {
        let number: Int? = state.withLock { state in
            guard state.orders.count + state.outcomes.count < Self.capacity else { return nil }
            state.next += 1
            state.orders.append((state.next, order))
            return state.next
        }
        if number != nil { bell.withLock { $0 }?() }
        return number
    }

    /// Calls `ring` for every order from now on.
    func attend(_ ring: @escaping @Sendable () -> Void) { bell.withLock { $0 = ring } }

    /// Takes the outcome of an order; nil while it is not carried out.
    package func takeOutcome(of number: Int) -> Result<ForgetOutcome, IngestError>? {
        state.withLock { $0.outcomes.removeValue(forKey: number) }
    }

    /// The oldest order; it stays until it is carried out.
    var first: (number: Int, order: ForgetOrder)? { state.withLock { $0.orders.first } }

    /// An order has been carried out, or cannot be.
    func finish(_ number: Int, _ outcome: Result<ForgetOutcome, IngestError>) {
        state.withLock { state in
            state.orders.removeAll { $0.number == number }
            state.outcomes[number] = outcome
        }
    }
}
