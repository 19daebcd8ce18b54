import Ingest
import Logging
import Platform
import Spool
import SystemPackage
import Testing

/// Sidecars in `failed/` whose file lies elsewhere, as a death between two steps leaves them.
@Suite("A sidecar without its file", .timeLimit(.minutes(10)))
struct LoneSidecarTests {
    static let mark = ".vectorspool-error.json"

    /// A `.jsonl` file of which the encoder refuses one line, and the same one mended.
    private static let (refused, mended) = (
        "{\"id\":\"a\",\"text\":\"one\"}\n{\"id\":\"b\",\"text\":\"poison\"}\n",
        "{\"id\":\"a\",\"text\":\"one\"}\n{\"id\":\"b\",\"text\":\"two\"}\n"
    )

    /// Runs with a call that fails without end, which ends the run.
    private func die(
        _ harness: SpoolHarness, at call: SystemCall, of suffix: String
    ) async throws {
        let plan = FaultPlan(below: harness.spool.root, of: [call]) { _, _, path in
            path.string.hasSuffix(suffix) ? .fail(.ioError) : .none
        }
        plan.arm()
        defer { plan.disarm() }
        await #expect(throws: (any Error).self) { try await harness.run(patience: .zero) }
    }

    @Test(
        "is removed after a death between setting the file aside and removing its sidecar",
        arguments: ["bad.txt", "sub/l.jsonl"])
    func betweenTheTwo(name: String) async throws {
        let harness = try SpoolHarness()
        let isLines = name.hasSuffix(".jsonl")
        try harness.drop(FilePath(name), isLines ? Array("{\"id\":\"x\",\"text\":\"y\"}\nbad\n".utf8) : [0x61, 0xFF])
        _ = try await harness.run()
        #expect(try harness.paths(in: harness.spool.failed).count == 2)
        try harness.drop(FilePath(name), isLines ? "{\"id\":\"x\",\"text\":\"y\"}\n" : "good")
        try await die(harness, at: .remove, of: Self.mark)
        #expect(try harness.paths(in: harness.spool.failed).count == 1, "the fault has come")
        _ = try await harness.run()
        #expect(try harness.paths(in: harness.spool.failed) == [])
        #expect(try harness.paths(in: harness.spool.done) == [FilePath(name)])
        // The lines, and the file that they were in.
        #expect(try harness.paths(in: harness.spool.replaced).count == (isLines ? 2 : 1))
    }

    @Test("a failure that is over does not outlive a death between commit and done/")
    func overtakenFailure() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", [0x61, 0xFF])
        _ = try await harness.run()
        try harness.drop("a.txt", "good")
        let failpoints = Failpoints { if $0 == .afterRetire { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        _ = try await harness.run()
        #expect(try harness.paths(in: harness.spool.failed) == [])
    }

    @Test("is removed when a file that could not be read can be read after a death")
    func ofTheSameClaim() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one two")
        let reading = FaultPlan(below: harness.spool.root, of: [.read]) { _, _, path in
            path.string.hasSuffix("a.txt") ? .fail(.ioError) : .none
        }
        reading.arm()
        defer { reading.disarm() }
        let failpoints = Failpoints { if $0 == .afterFailing { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        reading.disarm()
        // As if it had died between the sidecar and the move.
        let name = try #require(harness.report("a.txt")?.claim.map { FilePath("claimed/\($0)-a.txt") })
        try Directory.create(harness.spool.claimed)
        try harness.opened.failed.rename("a.txt", to: harness.opened.work, name)
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "one two"])
        #expect(try harness.paths(in: harness.spool.failed) == [])
    }

    @Test("is removed at the start, but one that tells of lines in done/ stays")
    func atTheStart() async throws {
        let harness = try SpoolHarness()
        try harness.drop("sub/gone.txt", [0x61, 0xFF])
        try harness.drop("stays.txt", [0x62, 0xFF])
        try harness.drop("l.jsonl", Self.refused)
        _ = try await harness.run()
        try Directory.removeFile(harness.spool.failed.appending("sub/gone.txt"))
        let stays = ["l.jsonl.bad-lines.jsonl" + Self.mark, "stays.txt", "stays.txt" + Self.mark]
        let listed = try FailedFiles(harness.spool).all().map(\.place.string).sorted()
        #expect(listed == ["l.jsonl.bad-lines.jsonl", "stays.txt"], "nothing to see where nothing lies")
        #expect(try FailedFiles(harness.spool).file(of: "sub/gone.txt") == nil)

        _ = try await harness.run()
        #expect(try harness.paths(in: harness.spool.failed).map(\.string) == stays)
        #expect(!FileStatus.exists(harness.spool.failed.appending("sub")))

        try harness.drop("l.jsonl", Self.mended)
        _ = try await harness.run()
        #expect(try harness.paths(in: harness.spool.failed).map(\.string) == Array(stays.dropFirst()))
    }

    @Test("is no error of retry: the lines lie in done/, and what is gone is gone")
    func retry() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", [0x61, 0xFF])
        try harness.drop("l.jsonl", Self.refused)
        _ = try await harness.run()
        let files = try FailedFiles(harness.spool)
        let all = try files.all()
        try #require(all.count == 2)
        try Directory.removeFile(harness.spool.failed.appending("a.txt"))
        #expect(try files.retry(all[0]) == .gone)
        #expect(try files.retry(all[1]) == .onlyReported)
        #expect(try harness.paths(in: harness.spool.inbox) == [])
        #expect(
            try harness.paths(in: harness.spool.failed).map(\.string) == ["l.jsonl.bad-lines.jsonl" + Self.mark],
            "what tells of nothing is removed")
    }
}
