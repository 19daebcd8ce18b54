import Ingest
import IngestSupport
import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

/// Lines that failed, were mended and were given back.
@Suite("Mended lines", .timeLimit(.minutes(10)))
struct MendedLinesTests {
    private let harness: SpoolHarness
    private static let badLines = "o.jsonl.bad-lines.jsonl"

    init() throws { harness = try SpoolHarness() }

    private func line(_ id: Int, _ text: String) -> String { #"{"id":"\#(id)","text":"\#(text)"}"# }

    /// Gives the failed lines back with others in their place.
    private func giveBack(_ lines: [String]) throws {
        let place = harness.spool.failed.appending(Self.badLines)
        let kept = String(decoding: try FileContents.read(place), as: UTF8.self)
        let first = try #require(kept.split(separator: "\n").first)
        try AtomicFile.replaceVolatile(Array(([String(first)] + lines).joined(separator: "\n").utf8), at: place)
        let files = try FailedFiles(harness.spool)
        #expect(try files.retry(#require(try files.file(of: FilePath(Self.badLines)))) == .back)
    }

    @Test("what is still bad among them has a report and its line again")
    func stillBad() async throws {
        try harness.drop("o.jsonl", [line(1, "one"), "bad", "worse"].joined(separator: "\n"))
        _ = try await harness.run()
        #expect(harness.report(Self.badLines)?.failedLines == 2)
        try giveBack([line(2, "two"), "worse"])
        _ = try await harness.run()
        #expect(try harness.documents() == ["o.jsonl#1": "one", "o.jsonl#2": "two"])
        #expect(harness.report(Self.badLines)?.failedLines == 1)
        let kept = String(decoding: try FileContents.read(harness.spool.failed.appending(Self.badLines)), as: UTF8.self)
        #expect(kept.hasSuffix("\nworse\n"))
        try giveBack([line(3, "three")])
        _ = try await harness.run()
        #expect(try harness.documents().count == 3)
        #expect(try harness.files(in: harness.spool.failed) == [])
    }

    @Test("those of an earlier version leave done/ with it, also when the run dies between", arguments: [false, true])
    func earlierVersion(dies: Bool) async throws {
        try harness.drop("o.jsonl", [line(1, "one"), "bad"].joined(separator: "\n"))
        _ = try await harness.run()
        try giveBack([line(2, "two")])
        _ = try await harness.run()
        #expect(try harness.files(in: harness.spool.done).count == 2)
        try harness.drop("o.jsonl", line(3, "three"))
        if dies {
            let failpoints = Failpoints { if $0 == .afterCommit { throw SpoolHarness.Death() } }
            await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        }
        _ = try await harness.run()
        #expect(try harness.documents() == ["o.jsonl#3": "three"])
        #expect(try harness.files(in: harness.spool.done) == ["o.jsonl"])
        #expect(try harness.files(in: harness.spool.replaced).count == 2)
    }

    @Test("those that come together with a newer version go with the version before", arguments: [false, true])
    func beforeNewVersion(dies: Bool) async throws {
        try harness.drop("o.jsonl", [line(1, "one"), "bad"].joined(separator: "\n"))
        _ = try await harness.run()
        try giveBack([line(2, "two")])
        // Its name comes behind that of the lines, so it is claimed after them.
        let claimed = Failpoints { if $0 == .afterClaim { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(claimed) }
        try harness.drop("o.jsonl", line(3, "three"))
        if dies {
            let failpoints = Failpoints { if $0 == .beforeRetire { throw SpoolHarness.Death() } }
            await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        }
        _ = try await harness.run()
        #expect(try harness.documents() == ["o.jsonl#3": "three"])
        #expect(try harness.files(in: harness.spool.done) == ["o.jsonl"])
        #expect(try harness.files(in: harness.spool.replaced).count == 2)
        // Its documents have the path of the file, by which it is found there.
        #expect(try harness.replacedToday().contains { $0.hasPrefix("o.jsonl.vectorspool-lines-") })
        #expect(try harness.claims().isEmpty)
    }

    @Test(
        "those that wait when their file is forgotten bring nothing back, whatever they are called",
        arguments: [badLines, "m.jsonl", "sub/k.jsonl"])
    func forgotten(name: String) async throws {
        try harness.drop("o.jsonl", [line(1, "one"), "bad"].joined(separator: "\n"))
        _ = try await harness.run()
        try giveBack([line(2, "two")])
        let waiting = harness.spool.inbox.pushing(FilePath(name))
        try Directory.create(waiting.removingLastComponent())
        try Directory.rename(harness.spool.inbox.appending(Self.badLines), to: waiting)
        #expect(try harness.forget(ForgetWish(names: ["o.jsonl"])).movedFiles == 2)
        // A file of that name that continues nothing is one of its own.
        try harness.drop(FilePath("p.jsonl.bad-lines.jsonl"), line(1, "mine"))
        #expect(try harness.forget(ForgetWish(names: ["p.jsonl"])).movedFiles == 0)
        _ = try await harness.run()
        #expect(try harness.documents() == ["p.jsonl.bad-lines.jsonl#1": "mine"])
        #expect(try harness.replacedToday() == ["o.jsonl", name].sorted())
    }

    @Test(
        "where the system refuses to tell whether any wait, nothing is said to be forgotten",
        arguments: [SystemCall.list, .open])
    func refused(call: SystemCall) async throws {
        try harness.drop("o.jsonl", [line(1, "one"), "bad"].joined(separator: "\n"))
        _ = try await harness.run()
        try giveBack([line(2, "two")])
        let place = harness.spool.inbox.appending("m.jsonl")
        try Directory.rename(harness.spool.inbox.appending(Self.badLines), to: place)
        let plan = FaultPlan(below: call == .list ? harness.spool.inbox : place, of: [call]) { _, _, _ in
            .fail(.noMemory)
        }
        plan.arm()
        #expect(throws: (any Error).self) { try harness.forget(ForgetWish(names: ["o.jsonl"])) }
        plan.disarm()
        _ = try await harness.run()
        #expect(try harness.documents() == [:])
        #expect(try harness.replacedToday() == ["m.jsonl", "o.jsonl"])
    }
}
