import Identity
import Ingest
import Platform
import Spool
import SystemPackage
import Testing

/// A file that was open when the process died.
@Suite struct PoisonTests {
    /// Dies with the record of what is open in place, as a crash leaves it.
    private func die(_ harness: SpoolHarness) async throws {
        let failpoints = Failpoints { if $0 == .beforeShard { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
    }

    /// Writes the record as the run that died would have left it.
    private func suspect(_ name: String, attempt: Int, boot: String, in harness: SpoolHarness) throws {
        let claim = try #require(
            try harness.opened.leftoverClaims().claims.first { $0.relativePath == FilePath(name) })
        let line = "\(claim.name.text) \(attempt) \(boot)\n"
        try AtomicFile.replaceVolatile(Array(line.utf8), at: harness.spool.work.appending(".attempt"))
    }

    @Test(.timeLimit(.minutes(10)), arguments: [1, 2]) func isTriedAgainAlone(attempt: Int) async throws {
        let harness = try SpoolHarness()
        for name in ["a", "b", "c"] { try harness.drop(FilePath(name), name) }
        try await die(harness)
        try suspect("b", attempt: attempt, boot: BootIdentifier.current, in: harness)
        _ = try await harness.run()
        #expect(try harness.documents() == ["a": "a", "b": "b", "c": "c"])
        #expect(try harness.files(in: harness.spool.failed) == [])
    }

    @Test(.timeLimit(.minutes(10))) func failsAfterThreeDeaths() async throws {
        let harness = try SpoolHarness()
        for name in ["a", "b", "c"] { try harness.drop(FilePath(name), name) }
        try await die(harness)
        try suspect("b", attempt: 3, boot: BootIdentifier.current, in: harness)
        _ = try await harness.run()
        #expect(try harness.documents() == ["a": "a", "c": "c"])
        #expect(harness.report("b")?.code == "E_POISON")
        #expect(try harness.isWorkEmpty)
        // Given back by hand it is a file like any other.
        try harness.drop("b", "b")
        _ = try await harness.run()
        #expect(try harness.documents()["b"] == "b")
    }

    @Test("a stop while a file is open says nothing against the file", .timeLimit(.minutes(10)))
    func aStopIsNoCrash() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a", "one")
        for _ in 0..<4 {
            // As often as the daemon is restarted while a long file is read.
            _ = try await harness.run(stopAt: .afterClaim)
            #expect(try harness.claims() == ["a"])
            let record = try FileContents.read(harness.spool.work.appending(".attempt"))
            #expect(record.allSatisfy { $0 == UInt8(ascii: " ") }, "\(String(decoding: record, as: UTF8.self))")
            try harness.opened.work.rename(
                FilePath(harness.opened.leftoverClaims().claims[0].path.string), to: harness.opened.inbox, "a")
        }
        _ = try await harness.run()
        #expect(try harness.documents() == ["a": "one"])
    }

    @Test(.timeLimit(.minutes(10))) func aPowerCutIsNoCrash() async throws {
        let harness = try SpoolHarness()
        for name in ["a", "b"] { try harness.drop(FilePath(name), name) }
        try await die(harness)
        try suspect("b", attempt: 3, boot: String(repeating: "0", count: 32), in: harness)
        _ = try await harness.run()
        #expect(try harness.documents() == ["a": "a", "b": "b"])
    }

    @Test(.timeLimit(.minutes(10))) func anOlderVersionDoesNotComeBack() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a", "old")
        try await die(harness)
        try suspect("a", attempt: 1, boot: BootIdentifier.current, in: harness)
        let old = try FileContents.read(harness.spool.work.appending(".attempt"))
        try harness.drop("a", "new")
        try await die(harness)
        try AtomicFile.replaceVolatile(old, at: harness.spool.work.appending(".attempt"))
        _ = try await harness.run()
        #expect(try harness.documents() == ["a": "new"])
        #expect(try FileContents.read(harness.spool.done.appending("a")) == Array("new".utf8))
        #expect(try harness.files(in: harness.spool.replaced) == ["a"])
    }

    @Test(arguments: [
        "", "nonsense", "0dn4u20ixrl20ggj4gz43.7299.1b5j4 99999999999999999999 x", String(repeating: "x", count: 9999),
    ])
    func aDamagedRecordSuspectsNobody(record: String) async throws {
        let harness = try SpoolHarness()
        try harness.drop("a", "one")
        try AtomicFile.replaceVolatile(Array(record.utf8), at: harness.spool.work.appending(".attempt"))
        _ = try await harness.run()
        #expect(try harness.documents() == ["a": "one"])
    }
}
