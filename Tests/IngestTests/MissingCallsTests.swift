import Ingest
import Platform
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The way of a file on a kernel, or under a filter of system calls, that lacks openat2 and renameat2.
@Suite("Without openat2 and renameat2", .serialized, .timeLimit(.minutes(10)))
struct MissingCallsTests {
    /// What stands in for the missing calls.
    static let standIns: [SystemCall] = [.open, .link, .remove]

    @Test("a file is taken, and one call that stands in fails", arguments: standIns, SystemFaultTests.errors)
    func standInFails(call: SystemCall, error: Errno) async throws {
        let harness = try SpoolHarness { $0.rescan = .milliseconds(20) }
        let once = SystemFaultTests.Once()
        let used = Mutex<Set<SystemCall>>([])
        let plan = FaultPlan(
            below: harness.spool.root, of: [.open, .link, .remove, .rename], missing: LateSystemCall.allCases
        ) { site, _, path in
            used.withLock { _ = $0.insert(site.call) }
            // An old name that cannot be removed is a second name, which is taken as another drop.
            let isMeant = path.string.contains(call == .remove ? "/.manifest-2.json" : "a.txt")
            return once.effect(error, when: site.call == call && isMeant)
        }
        try harness.drop("sub/a.txt", "one two three")
        plan.arm()
        defer { plan.disarm() }
        let status = try await harness.run()
        plan.disarm()
        #expect(status.failedFiles == 0)
        #expect(try harness.documents() == ["sub/a.txt": "one two three"])
        #expect(try harness.files(in: harness.spool.done) == ["a.txt"])
        #expect(used.withLock { $0 }.isSuperset(of: Self.standIns))
        #expect(once.hasCome)
    }
}
