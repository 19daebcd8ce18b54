import Documents
import Identity
import Platform
import Synchronization
import SystemPackage

/// Where orders to forget wait for the committing thread, and their outcomes for those who asked.
///
/// That thread alone moves files to `done/` and commits, so what it forgets between two commits is forgotten whole. It may
/// have to wait for the system before. Meanwhile no file is claimed that an order names, and none at all before the wish is read
/// (`UnreadWishes`).
package final class ForgetDesk: Sendable {
    /// An order that waits.
    struct Waiting: Sendable {
        let number: Int
        let order: ForgetOrder
        /// The paths of its documents.
        let paths: Set<[UInt8]>
        private let isWithdrawn: @Sendable () -> Bool
        private let left = ContinuousClock.now

        init(_ number: Int, _ order: ForgetOrder, _ isWithdrawn: @escaping @Sendable () -> Bool) {
            self.number = number
            self.order = order
            self.isWithdrawn = isWithdrawn
            paths = Set(order.documents.map { Array($0.path) })
        }

        /// Why it is not to be begun any more; nil when it is.
        var refusal: IngestError? {
            if isWithdrawn() { return IngestError(.refused, "the request was withdrawn before it was carried out") }
            guard left.duration(to: .now) > ForgetDesk.patience else { return nil }
            return IngestError(.refused, "the daemon could not carry it out for a long time; run the command again")
        }
    }

    private struct State {
        var orders: [Waiting] = []
        var outcomes: [Int: Result<ForgetOutcome, IngestError>] = [:]
        var next = 0
    }

    /// The wishes from which no order was made yet.
    package let unread = UnreadWishes()
    private let state = Mutex(State())
    private let bell = Mutex<(@Sendable () -> Void)?>(nil)
    /// How many orders wait at most.
    private static let capacity = 64
    /// How long an order may wait: whoever has left it hardly knows of it any more.
    private static let patience = Duration.seconds(600)

    package init() {}

    /// Leaves an order.
    ///
    /// - Parameters:
    ///   - order: the order.
    ///   - isWithdrawn: whether nobody wants it any more; it is asked before the order is begun.
    /// - Returns: its number; nil when too many are waiting.
    package func submit(_ order: ForgetOrder, isWithdrawn: @escaping @Sendable () -> Bool = { false }) -> Int? {
        let number: Int? = state.withLock { state in
            guard state.orders.count + state.outcomes.count < Self.capacity else { return nil }
            state.next += 1
            state.orders.append(Waiting(state.next, order, isWithdrawn))
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
    var first: Waiting? { state.withLock { $0.orders.first } }

    /// The orders that wait, the oldest first.
    package var orders: [ForgetOrder] { state.withLock { $0.orders.map(\.order) } }

    /// Whether an order waits that names a file, so that no version of it is to be claimed.
    ///
    /// Mended lines have a name of their own and tell only in their text what they continue: none is claimed then.
    func holds(_ path: FilePath) -> Bool {
        let mayContinue = path.lastComponent.map { DocumentFormat.contents(name: $0) == .jsonLines } ?? false
        return state.withLock { state in
            !state.orders.isEmpty && (mayContinue || state.orders.contains { $0.paths.contains(path.bytes) })
        }
    }

    /// An order has been carried out, or cannot be.
    func finish(_ number: Int, _ outcome: Result<ForgetOutcome, IngestError>) {
        state.withLock { state in
            state.orders.removeAll { $0.number == number }
            state.outcomes[number] = outcome
        }
    }
}
