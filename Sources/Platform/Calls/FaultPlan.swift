import CPlatform
import Synchronization
package import SystemPackage

/// A test's plan for the system calls on files below one directory, modelled on SQLite's I/O tests.
///
/// Several plans can be armed at once, each below its own directory, so tests can run in parallel. Shipped programs
/// never arm one.
package final class FaultPlan: Sendable {
    /// One place in the program that makes a system call.
    package struct Site: Sendable, Hashable, Comparable {
        package let call: SystemCall
        /// The same in every run of one binary, for one chain of callers.
        package let number: UInt64

        package init(call: SystemCall, number: UInt64) {
            self.call = call
            self.number = number
        }

        package static func < (left: Site, right: Site) -> Bool {
            (left.call.rawValue, left.number) < (right.call.rawValue, right.number)
        }
    }

    /// What happens to a call.
    package enum Effect: Sendable, Equatable {
        case none
        /// It fails without doing anything.
        case fail(Errno)
        /// It succeeds and then reports a failure, as network file systems can.
        case failAfterwards(Errno)
        /// It moves half of the requested bytes.
        case short
        /// The process ends there, without any clean-up, with `exitCode`.
        case exit
    }

    /// The exit code of a process that a plan ends.
    package static let exitCode: Int32 = 137

    private let root: [UInt8]
    private let calls: Set<SystemCall>
    private let missing: Set<LateSystemCall>
    private let counts = Mutex<[Site: Int]>([:])
    private let decide: @Sendable (Site, Int, FilePath) -> Effect

    /// Makes a plan.
    ///
    /// - Parameters:
    ///   - root: the plan covers calls on this path and on paths below it.
    ///   - calls: the kinds of calls that the plan covers; others are neither counted nor slowed down.
    ///   - missing: calls that fail as on an older kernel; the plan covers the calls that replace them.
    ///   - decide: receives the site, how often it has called before, and the file; returns the effect. It must not
    ///     make system calls through Platform.
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

    /// How often each site has called while the plan was armed.
    package var callCounts: [Site: Int] { counts.withLock { $0 } }

    /// A plan that only removes the late system calls.
    package static func withoutLateCalls(below root: FilePath) -> FaultPlan {
        FaultPlan(below: root, of: [], missing: LateSystemCall.allCases) { _, _, _ in .none }
    }

    /// Activates the plan.
    package func arm() {
        Self.armed.withLock { $0.append(self) }
        Self.armedCount.add(1, ordering: .sequentiallyConsistent)
    }

    /// Deactivates the plan; it may still affect calls that are in progress.
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

    /// Whether an active plan makes the call fail as on an older kernel.
    static func takesAway(_ call: LateSystemCall, on path: FilePath) -> Bool {
        let bytes = path.bytes
        return armed.withLock { plans in plans.contains { $0.missing.contains(call) && $0.governs(bytes) } }
    }

    /// The effect on a call that is about to be made.
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
