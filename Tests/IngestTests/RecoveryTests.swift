import Ingest
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct RecoveryTests {
    /// Puts a file into `work/` as an earlier run would have left it.
    func leave(_ harness: SpoolHarness, _ name: ClaimName, _ path: FilePath, _ bytes: [UInt8]) throws {
        let target = harness.spool.work.appending(name.text).pushing(path)
        try Directory.create(target.removingLastComponent())
        try AtomicFile.replaceVolatile(bytes, at: target)
    }

    @Test func takesOverWhatWasNotCommitted() async throws {
        let harness = try SpoolHarness()
        try leave(harness, .fresh(size: 3), "sub/a.txt", Array("one".utf8))
        _ = try await harness.run()
        #expect(try harness.documents() == ["sub/a.txt": "one"])
        #expect(try harness.files(in: harness.spool.done) == ["a.txt"])
        #expect(try Directory.entries(of: harness.spool.work).isEmpty)
    }

    @Test func takesVersionsInTheOrderOfTheirClaims() async throws {
        let harness = try SpoolHarness()
        for text in ["one", "two", "six"] { try leave(harness, .fresh(size: 3), "a.txt", Array(text.utf8)) }
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "six"])
        #expect(try harness.files(in: harness.spool.done) == ["a.txt", "a.txt.~2~", "a.txt.~3~"])
    }

    @Test(arguments: [("cut", 10), ("", 3), ("one\0two", 7)])
    func neverTakesWhatAPowerCutHasShortened(left: String, size: Int) async throws {
        let harness = try SpoolHarness()
        let name = ClaimName(time: 1_700_000_000_000_000_000, random: 7, boot: "beef", size: size)
        try leave(harness, name, "a.txt", Array(left.utf8))
        _ = try await harness.run()
        #expect(harness.report("a.txt")?.code == "E_LOST_BY_POWER_CUT")
        #expect(harness.report("a.txt")?.claim == name.text)
    }

    @Test func takesWhatAPowerCutHasSpared() async throws {
        let harness = try SpoolHarness()
        let name = ClaimName(time: 1_700_000_000_000_000_000, random: 7, boot: "beef", size: 3)
        try leave(harness, name, "a.txt", Array("one".utf8))
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "one"])
    }

    @Test func aCommittedFileIsOnlyMovedOn() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        let failpoints = Failpoints { if $0 == .afterCommit { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        // After a power cut the name is there and the contents are gone.
        let claim = try #require(try Directory.entries(of: harness.spool.work).first)
        try AtomicFile.replaceVolatile([], at: harness.spool.work.appending(claim.name).appending("a.txt"))
        let status = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "one"])
        #expect(status.doneFiles == 1)
        #expect(status.tokensEncoded == 0)
        #expect(try harness.files(in: harness.spool.failed) == [])
    }

    @Test func leavesStrangersAlone() async throws {
        let harness = try SpoolHarness()
        try Directory.create(harness.spool.work.appending("mine"))
        try AtomicFile.replaceVolatile([1], at: harness.spool.work.appending("mine").appending("x"))
        try leave(harness, .fresh(size: 3), "a.txt", Array("one".utf8))
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "one"])
        #expect(FileStatus.exists(harness.spool.work.appending("mine").appending("x")))
    }

    @Test func oldDaysAreRemoved() throws {
        let harness = try SpoolHarness()
        let now = RealTime(nanoseconds: 1_795_000_000_000_000_000)
        for day in ["2026-01-01", now.day, "notes", "2026-1-1"] {
            try Directory.create(harness.spool.done.appending(day))
        }
        #expect(try harness.spool.purge(keepingDays: 30, now: now) == 1)
        #expect(try Directory.entries(of: harness.spool.done).count == 3)
        #expect(try harness.spool.purge(keepingDays: 0, now: now) == 0)
    }
}
