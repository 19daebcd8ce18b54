import Foundation
import Identity
import Ingest
import Platform
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Forgetting files that may be read and not moved; a plan refuses every rename out of the inbox.
@Suite("Forgetting files left in place", .timeLimit(.minutes(10)))
struct ForgetLeftInPlaceTests {
    private let harness: SpoolHarness
    private let plan: FaultPlan

    init() throws {
        harness = try SpoolHarness()
        plan = FaultPlan(below: harness.spool.inbox, of: [.rename]) { _, _, _ in .fail(.permissionDenied) }
        try harness.drop("stays.txt", "another")
    }

    private func refusingMoves<Result>(_ body: () async throws -> Result) async throws -> Result {
        plan.arm()
        defer { plan.disarm() }
        return try await body()
    }

    private func forget(_ name: String) throws -> ForgetAnswer {
        try UnattendedSpool(harness.options).forget(ForgetWish(names: [name]))
    }

    private func place(_ name: FilePath) -> FilePath { harness.spool.inbox.pushing(name) }

    /// Changes the time of the last change of status and nothing else.
    private func changeMode(_ name: FilePath) throws {
        let file = try OwnedDescriptor.open(place(name), OpenFlags.inPlace)
        try file.setMode(file.status().permissions ^ 0o040)
    }

    /// What is indexed after another run, apart from the file that nobody forgets.
    private func documentsAfterRun() async throws -> [String: String] {
        try await refusingMoves { _ = try await harness.run() }
        return try harness.documents().filter { $0.key != "stays.txt" }
    }

    @Test("it stays forgotten while it is the same, whatever becomes of its mode and its folder")
    func same() async throws {
        try harness.drop("f/a.txt", "one")
        #expect(try await documentsAfterRun() == ["f/a.txt": "one"])
        let answer = try await refusingMoves { try forget("f/a.txt") }
        #expect((answer.documents, answer.left) == (1, [place("f/a.txt").displayName]))
        #expect(try await documentsAfterRun() == [:])
        try changeMode("f/a.txt")
        #expect(try await documentsAfterRun() == [:])
        #expect(FileStatus.exists(place("f/a.txt")))
        // Its folder is opened.
        try changeMode("f/a.txt")
        _ = try await harness.run()
        #expect(try harness.documents() == ["stays.txt": "another"])
        #expect(FileStatus.exists(place("f/a.txt")))
        // Now it can be moved, which somebody may want.
        #expect(try forget("f/a.txt").movedFiles == 1)
        #expect(!FileStatus.exists(place("f/a.txt")))
    }

    @Test("anything else at its path is found, be it the same bytes", arguments: ["one", "two", "longer"])
    func other(text: String) async throws {
        try harness.drop("a.txt", "one")
        #expect(try await documentsAfterRun() == ["a.txt": "one"])
        _ = try await refusingMoves { try forget("a.txt") }
        #expect(try await documentsAfterRun() == [:])
        try harness.drop("a.txt", text)
        #expect(try await documentsAfterRun() == ["a.txt": text])
        try changeMode("a.txt")
        #expect(try await documentsAfterRun() == ["a.txt": text])
    }

    @Test("what its owner took away and writes again is found")
    func back() async throws {
        try harness.drop("a.txt", "one")
        #expect(try await documentsAfterRun() == ["a.txt": "one"])
        try Directory.removeFile(place("a.txt"))
        #expect(try forget("a.txt").left == [])
        try harness.drop("a.txt", "one")
        #expect(try await documentsAfterRun() == ["a.txt": "one"])
    }

    @Test("what its owner took away and drops again is found, although time and size are the old ones")
    func copy() async throws {
        try harness.drop("a.txt", "one")
        #expect(try await documentsAfterRun() == ["a.txt": "one"])
        _ = try await refusingMoves { try forget("a.txt") }
        #expect(try await documentsAfterRun() == [:])
        let before = try FileStatus.of(place("a.txt"))
        // The number of the inode is free by then, and may be given again.
        try Directory.removeFile(place("a.txt"))
        try AtomicFile.replaceVolatile(Array("one".utf8), at: place("a.txt"))
        try OwnedDescriptor.open(place("a.txt"), O_RDONLY).setModified(before.modified)
        #expect(try await documentsAfterRun() == ["a.txt": "one"])
    }

    @Test("one that failed is not tried again")
    func failed() async throws {
        try harness.drop("bad.txt", [0x61, 0xFF])
        #expect(try await documentsAfterRun() == [:])
        #expect(harness.report("bad.txt") != nil)
        #expect(try await refusingMoves { try forget("bad.txt") }.left.count == 1)
        #expect(harness.report("bad.txt") == nil)
        #expect(try await documentsAfterRun() == [:])
        #expect(harness.report("bad.txt") == nil)
    }

    @Test("one that is in work meanwhile leaves no rows and is not taken again", arguments: ["one", "\u{FF}"])
    func inWork(text: String) async throws {
        #expect(try await documentsAfterRun() == [:])
        try harness.drop("a.txt", text == "one" ? Array(text.utf8) : [0xFF])
        let isForgotten = try await refusingMoves { try await harness.runForgetting("a.txt") }
        #expect(isForgotten)
        #expect(try await documentsAfterRun() == [:])
        try changeMode("a.txt")
        #expect(try await documentsAfterRun() == [:])
        #expect(harness.report("a.txt") == nil)
        #expect(FileStatus.exists(place("a.txt")))
        #expect(try harness.isWorkEmpty)
    }

    @Test("a line of one stays forgotten with its file, and comes back with it")
    func line() async throws {
        let lines = ["1", "2"].map { "{\"id\":\"\($0)\",\"text\":\"text \($0)\"}\n" }.joined()
        try harness.drop("l.jsonl", lines)
        #expect(try await documentsAfterRun().count == 2)
        #expect(try await refusingMoves { try forget("l.jsonl#1") }.documents == 1)
        try changeMode("l.jsonl")
        #expect(try await documentsAfterRun() == ["l.jsonl#2": "text 2"])
        try harness.drop("l.jsonl", lines)
        #expect(try await documentsAfterRun().count == 2)
    }

    @Test("a file of which a line was forgotten moves when its folder is opened, without that line")
    func opened() async throws {
        let lines = ["1", "2"].map { "{\"id\":\"\($0)\",\"text\":\"text \($0)\"}\n" }.joined()
        try harness.drop("f/l.jsonl", lines)
        #expect(try await documentsAfterRun().count == 2)
        #expect(try await refusingMoves { try forget("f/l.jsonl#1") }.documents == 1)
        _ = try await harness.run()
        #expect(!FileStatus.exists(place("f/l.jsonl")))
        #expect(FileStatus.exists(harness.spool.done.pushing("f/l.jsonl")))
        #expect(try await documentsAfterRun() == ["f/l.jsonl#2": "text 2"])
        try harness.drop("f/l.jsonl", lines)
        #expect(try await documentsAfterRun().count == 2)
    }

    @Test("a new index, and those after it, do not bring a line back, and its owner does")
    func lineInNewIndex() async throws {
        let lines = ["1", "2"].map { "{\"id\":\"\($0)\",\"text\":\"text \($0)\"}\n" }.joined()
        try harness.drop("l.jsonl", lines)
        #expect(try await documentsAfterRun().count == 2)
        #expect(try await refusingMoves { try forget("l.jsonl#1") }.documents == 1)
        for _ in 0..<3 {
            try Directory.removeTree(harness.index)
            #expect(try await documentsAfterRun() == ["l.jsonl#2": "text 2"])
            try changeMode("l.jsonl")
            #expect(try await documentsAfterRun() == ["l.jsonl#2": "text 2"])
        }
        try harness.drop("l.jsonl", lines)
        #expect(try await documentsAfterRun().count == 2)
    }

    @Test("a new index does not bring it back")
    func newIndex() async throws {
        try harness.drop("a.txt", "one")
        try harness.drop("b.txt", "two")
        #expect(try await documentsAfterRun().count == 2)
        _ = try await refusingMoves { try forget("a.txt") }
        try Directory.removeTree(harness.index)
        #expect(try await documentsAfterRun() == ["b.txt": "two"])
    }

    @Test("a crash at any call leaves it wholly there or, after the next start, forgotten while it is the same")
    func crashes() async throws {
        let calls = try await Self().crash(at: .max).calls
        var generator = SeededGenerator(seed: .random(in: .min ... .max))
        let between = (1..<calls).shuffled(using: &generator).prefix(12)
        var outcomes: Set<Bool> = []
        for number in [0] + between + [calls - 1] {
            outcomes.insert(try await Self().crash(at: number, "call \(number), \(generator)").isForgotten)
        }
        #expect(outcomes == [false, true])
    }

    /// Forgets a file; from one call on nothing happens any more, as after a crash.
    private func crash(at number: Int, _ place: String = "") async throws -> (calls: Int, isForgotten: Bool) {
        try harness.drop("f/a.txt", "one")
        #expect(try await documentsAfterRun() == ["f/a.txt": "one"], "\(place)")
        let calls = Mutex(0)
        let crash = FaultPlan(below: harness.scratch.path) { _, _, _ in
            calls.withLock { calls in
                defer { calls += 1 }
                return calls >= number ? .fail(.ioError) : .none
            }
        }
        let isTold = try await refusingMoves {
            crash.arm()
            defer { crash.disarm() }
            return (try? forget("f/a.txt")) != nil
        }
        // Its owner does so before the daemon is back.
        try changeMode("f/a.txt")
        let documents = try await documentsAfterRun()
        #expect(documents.isEmpty || documents == ["f/a.txt": "one"] && !isTold, "\(place)")
        try changeMode("f/a.txt")
        #expect(try await documentsAfterRun() == documents, "\(place)")
        try harness.drop("f/a.txt", "two")
        #expect(try await documentsAfterRun() == ["f/a.txt": "two"], "\(place)")
        return (calls.withLock { $0 }, documents.isEmpty)
    }
}
