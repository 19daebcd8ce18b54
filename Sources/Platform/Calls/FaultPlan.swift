import CPlatform
import Synchronization
package import SystemPackage

/// What a test makes of the system calls on files below one directory, in the manner of SQLite's tests of input and output.
///
/// Several plans may be armed at once, each below a directory of its own, so that tests can run side by side. Shipped programs
/// never arm one.
package final class FaultPlan: Sendable {
    /// One place in the program that makes a call.
    package struct Site: Sendable, Hashable, Comparable {
        package let call: SystemCall
        /// The same in every run of a binary for one chain of callers.
        package let number: UInt64

        package init(call: SystemCall, number: UInt64) {
            self.call = call
            self.number = number
        }

        package static func < (left: Site, right: Site) -> Bool {
            (left.call.rawValue, left.number) < (right.call.rawValue, right.number)
        }
    }

    /// What becomes of a call.
    package enum Effect: Sendable, Equatable {
        case none
        /// It fails and does nothing.
        case fail(Errno)
        /// It does its work and then reports a failure, as file systems on a network do.
        case failAfterwards(Errno)
        /// It moves half of the bytes that were asked for.
        case short
        /// The process ends in its place, without any clean-up, with `exitCode`.
        case exit
    }

    /// What a process ends with that a plan ends.
    package static let exitCode: Int32 = 137

    private let root: [UInt8]
    private let calls: Set<SystemCall>
    private let missing: Set<LateSystemCall>
    private let counts = Mutex<[Site: Int]>([:])
    private let decide: @Sendable (Site, Int, FilePath) -> Effect

    /// - Parameters:
    ///   - root: calls on this path and on paths below it are under the plan.
    ///   - calls: the kinds of calls under the plan; others are neither counted nor slowed down.
    ///   - missing: calls that are answered as an older kernel would; those that stand in for them are under the plan.
    ///   - decide: gets the place, how often it has called before, and the file; says what becomes of the call. It must not
    ///     make system calls of Platform.
    package init(
        below root: FilePath, of calls: some Sequence<SystemCall> = SystemCall.allCases,
        missing: some Sequence<LateSystemCall> = EmptyCollection(),
        _ decide: @escaping @Sendable (Site, Int, FilePath) -> Effect
    ) {
        self.root = root.bytes
        self.calls = Set(calls)
        self.missing = Set(missing)
        self.decide = decide
    }

    /// How often each place has called while the plan was armed.
    package var callCounts: [Site: Int] { counts.withLock { $0 } }

    /// A plan under which the late system calls are missing and nothing else goes wrong.
    package static func withoutLateCalls(below root: FilePath) -> FaultPlan {
        FaultPlan(below: root, of: [], missing: LateSystemCall.allCases) { _, _, _ in .none }
    }

    /// Puts the plan in force.
    package func arm() {
        Self.armed.withLock { $0.append(self) }
        Self.armedCount.add(1, ordering: .sequentiallyConsistent)
    }

    /// Takes the plan out of force; calls that are under way may still be under it.
    package func disarm() {
        let removed = Self.armed.withLock { plans in
            let before = plans.count
            plans.removeAll { $0 === self }
            return before - plans.count
        }
        Self.armedCount.subtract(removed, ordering: .sequentiallyConsistent)
    }

    private static let armed = Mutex<[FaultPlan]>([])
    private static let armedCount = Atomic(0)

    static var isAnyArmed: Bool { armedCount.load(ordering: .relaxed) != 0 }

    /// Whether a plan that is in force answers the call as an older kernel would.
    static func takesAway(_ call: LateSystemCall, on path: FilePath) -> Bool {
        let bytes = path.bytes
        return armed.withLock { plans in plans.contains { $0.missing.contains(call) && $0.governs(bytes) } }
    }

    /// What becomes of a call that is about to be made.
    static func effect(of call: SystemCall, on path: FilePath) -> Effect {
        let bytes = path.bytes
        guard let plan = armed.withLock({ plans in plans.first { $0.calls.contains(call) && $0.governs(bytes) } })
        else { return .none }
        let site = Site(call: call, number: vectorspool_call_site())
        let before = plan.counts.withLock { counts in
            defer { counts[site, default: 0] += 1 }
            return counts[site] ?? 0
        }
        return plan.decide(site, before, path)
    }

    private func governs(_ path: [UInt8]) -> Bool {
        path.starts(with: root) && (path.count == root.count || path[root.count] == UInt8(ascii: "/"))
    }
}
