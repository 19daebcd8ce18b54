import Indexing
import Ingest
import IngestSupport
import Platform
import Quantization
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// What happens to files before there are ranges, when nothing can be committed yet.
@Suite("Before there are ranges", .timeLimit(.minutes(10))) struct CalibrationTests {
    private static let good = (0..<14).map { "word\($0)" }.joined(separator: " ")

    /// Words so long that some fifty of them take several reads.
    private static func words(_ count: Int, _ mark: String) -> String {
        (0..<count).map { String(repeating: "\(mark)\($0)", count: 10_000 / (mark.utf8.count + 2)) }.joined(
            separator: " ")
    }

    /// Reading `name` fails from one call on.
    private func plan(_ harness: SpoolHarness, failingFrom first: Int, of name: String) -> FaultPlan {
        let calls = Mutex(0)
        return FaultPlan(below: harness.spool.root, of: [.read]) { _, _, path in
            guard path.lastComponent?.string.hasSuffix(name) == true else { return .none }
            return calls.withLock { calls in
                calls += 1
                return calls > first ? .fail(.ioError) : .none
            }
        }
    }

    private func harness() throws -> SpoolHarness { try SpoolHarness { $0.indexing.precision = .int8 } }

    @Test("a small corpus is indexed beside a file that cannot be read", arguments: ["", "x"])
    func besideUnreadable(suffix: String) async throws {
        let harness = try harness()
        try harness.drop("bad.txt", "never read")
        try harness.drop("good.txt", Self.good + suffix)
        let plan = plan(harness, failingFrom: 0, of: "bad.txt")
        plan.arm()
        defer { plan.disarm() }
        _ = try await harness.run(draining: false, delays: [.seconds(3600)])
        #expect(try harness.documents() == ["good.txt": StubPassageEncoder.stored(Array((Self.good + suffix).utf8))])
        #expect(try harness.claims() == ["bad.txt"])
    }

    @Test("what came of a file before it could not be read on goes into no other document", arguments: 1...14)
    func orphans(first: Int) async throws {
        let harness = try harness()
        let text = Self.words(60, "w")
        try harness.drop("bad.txt", text)
        try harness.drop("good.txt", Self.good)
        let plan = plan(harness, failingFrom: first, of: "bad.txt")
        plan.arm()
        defer { plan.disarm() }
        let status = try await harness.run(model: StubPassageEncoder(isEager: true))
        var documents = try harness.documents()
        #expect(documents.removeValue(forKey: "good.txt") == StubPassageEncoder.stored(Array(Self.good.utf8)))
        #expect(status.failedFiles == (documents.isEmpty ? 1 : 0))
        #expect(documents.isEmpty || documents == ["bad.txt": StubPassageEncoder.stored(Array(text.utf8))])
    }

    @Test("documents of a file that is read again later are not indexed before", arguments: 1...8)
    func parts(first: Int) async throws {
        let harness = try harness()
        let lines = (0..<10).map { "{\"id\":\"\($0)\",\"text\":\"\(Self.words(6, "l\($0)"))\"}\n" }
        try harness.drop("bad.jsonl", lines.joined())
        try harness.drop("good.txt", Self.good)
        let plan = plan(harness, failingFrom: first, of: "bad.jsonl")
        plan.arm()
        defer { plan.disarm() }
        _ = try await harness.run(draining: false, delays: [.seconds(3600)])
        let names = try Set(harness.documents().keys)
        let isPutOff = try harness.claims() == ["bad.jsonl"]
        #expect(names == (isPutOff ? ["good.txt"] : Set(["good.txt"] + (0..<10).map { "bad.jsonl#\($0)" })))
    }
}
