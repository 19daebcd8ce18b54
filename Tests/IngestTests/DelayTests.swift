import Ingest
import Platform
import Spool
import SystemPackage
import Testing

@Suite("The time from the arrival of a file until it can be found", .timeLimit(.minutes(10)))
struct DelayTests {
    private func waitUntilOld(_ path: FilePath) throws {
        // The time stamps of files come from a coarse clock.
        let changed = try FileStatus.of(path).changed
        while RealTime.now.nanoseconds < changed + 300_000_000 {}
    }

    @Test("it counts from the rename into the inbox, and only files that bring something new")
    func rename() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        try harness.drop("bad.txt", [0xFF])
        try waitUntilOld(harness.spool.inbox.appending("a.txt"))
        let delays = try #require(try await harness.run().searchableAfter)
        #expect(delays.count == 1)
        #expect((0.3..<60).contains(delays.seconds))
        try harness.drop("a.txt", "one")
        #expect(try await harness.run().searchableAfter == nil)
    }

    @Test("a file that came with its folder counts from its claim, since nobody knows when the folder came")
    func folder() async throws {
        let harness = try SpoolHarness()
        try harness.drop("old/a.txt", "one")
        try waitUntilOld(harness.spool.inbox.pushing("old/a.txt"))
        let begin = ContinuousClock.now
        let delays = try #require(try await harness.run().searchableAfter)
        #expect(delays.count == 1)
        #expect(delays.seconds <= begin.duration(to: .now) / .seconds(1))
    }

    @Test("what an earlier run has claimed is not counted")
    func leftover() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        await #expect(throws: SpoolHarness.Death.self) {
            _ = try await harness.run(Failpoints { if $0 == .afterClaim { throw SpoolHarness.Death() } })
        }
        let status = try await harness.run()
        #expect(status.doneFiles == 1)
        #expect(status.searchableAfter == nil)
    }
}
