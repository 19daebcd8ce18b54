import Ingest
import Platform
import Spool
import SystemPackage
import Testing

/// A claimed file of an earlier run that is gone, or closed, when it is taken up.
@Suite(.timeLimit(.minutes(10))) struct VanishedFileTests {
    @Test func aFileThatIsGoneEndsNothing() async throws {
        let harness = try SpoolHarness()
        for name in ["a", "b"] { try harness.drop(FilePath(name), name) }
        let failpoints = Failpoints { if $0 == .beforeShard { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        let claims = try harness.opened.leftoverClaims().claims
        // Gone between the look at work/ and the opening.
        let plan = FaultPlan(below: harness.spool.work) { site, _, path in
            let isFirst = path == harness.spool.work.pushing(claims[0].path)
            return site.call == .open && isFirst ? .fail(.noSuchFileOrDirectory) : .none
        }
        plan.arm()
        _ = try await harness.run()
        plan.disarm()
        #expect(try harness.documents() == ["b": "b"])
        _ = try await harness.run()
        #expect(try harness.documents() == ["a": "a", "b": "b"])
    }

    @Test(arguments: [(1, true), (5, true), (1000, false)])
    func aRefusalOfOneFileIsTestedAtOnce(times: Int, isTaken: Bool) async throws {
        let harness = try SpoolHarness()
        try harness.drop("a", "one")
        let failpoints = Failpoints { if $0 == .beforeShard { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        let place = harness.spool.work.pushing(try harness.opened.leftoverClaims().claims[0].path)
        let plan = FaultPlan(below: harness.spool.work) { site, before, path in
            site.call == .open && path == place && before < times ? .fail(.permissionDenied) : .none
        }
        plan.arm()
        defer { plan.disarm() }
        let status = try await harness.run { _ in Issue.record("the pipeline was paused for one file") }
        #expect(status.failedFiles == (isTaken ? 0 : 1))
    }
}
