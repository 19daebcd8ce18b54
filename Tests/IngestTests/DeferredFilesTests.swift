import Identity
import Ingest
import Platform
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// A file that cannot be read waits, and is tried again by itself; nobody else waits for it.
@Suite(.timeLimit(.minutes(1))) struct DeferredFilesTests {
    /// Reading `bad` fails so often.
    private func plan(_ harness: SpoolHarness, failing count: Int, of name: String) -> FaultPlan {
        let left = Mutex(count)
        return FaultPlan(below: harness.spool.root, of: [.read]) { _, _, path in
            guard path.lastComponent?.string.hasSuffix(name) == true else { return .none }
            return left.withLock { left in
                left -= 1
                return left >= 0 ? .fail(.ioError) : .none
            }
        }
    }

    @Test("it is read at a later try, and the others are indexed before")
    func laterTry() async throws {
        let harness = try SpoolHarness()
        try harness.drop("bad.txt", "one two")
        try harness.drop("good.txt", "three")
        let plan = plan(harness, failing: 9, of: "bad.txt")
        plan.arm()
        defer { plan.disarm() }
        let commits = Mutex<[[String]]>([])
        let status = try await harness.run(
            draining: false, delays: [.milliseconds(300), .milliseconds(20), .milliseconds(20)], stopsAtCommit: false,
            reach: { board, point in
                guard point == .afterCommit, let keys = try? harness.documents().keys else { return }
                commits.withLock { $0.append(keys.sorted()) }
                if keys.count == 2 { board.stopping.request() }
            })
        #expect(commits.withLock { $0 } == [["good.txt"], ["bad.txt", "good.txt"]])
        #expect(try harness.documents() == ["bad.txt": "one two", "good.txt": "three"])
        #expect(status.failedFiles == 0)
        #expect(try harness.isWorkEmpty)
    }

    @Test("after the last try the fault is the file's")
    func lastTry() async throws {
        let harness = try SpoolHarness()
        try harness.drop("bad.jsonl", #"{"id":"x","text":"one"}"#)
        let plan = plan(harness, failing: .max, of: "bad.jsonl")
        plan.arm()
        defer { plan.disarm() }
        let waits = Mutex(0)
        _ = try await harness.run(
            draining: false, stopAt: .afterFailing, delays: [.milliseconds(10), .milliseconds(10)],
            sleep: { _ in waits.withLock { $0 += 1 } })
        #expect(harness.report("bad.jsonl")?.code == "E_READ")
        #expect(waits.withLock { $0 } == 9, "three tries of four reads")
    }

    @Test("a newer version that comes meanwhile is the one that stays")
    func newerVersion() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "old")
        let plan = plan(harness, failing: 4, of: "a.txt")
        plan.arm()
        defer { plan.disarm() }
        let pauses = Mutex(0)
        _ = try await harness.run(
            draining: false, delays: [.seconds(3600)],
            sleep: { _ in
                let count = pauses.withLock { count in
                    count += 1
                    return count
                }
                if count == 3 { try harness.drop("a.txt", "new") }
            })
        #expect(try harness.documents() == ["a.txt": "new"])
        #expect(try FileContents.read(harness.spool.done.appending("a.txt")) == Array("new".utf8))
        #expect(try harness.files(in: harness.spool.replaced) == ["a.txt"])
        #expect(try harness.isWorkEmpty)
    }

    @Test func theWaitsGrowAndEnd() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a", "one")
        let death = Failpoints { if $0 == .afterClaim { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(death) }
        let file = try #require(try harness.opened.leftoverClaims().claims.first)
        let files = DeferredFiles()
        let start = ContinuousClock.now
        var now = start
        for tries in 1...5 {
            #expect(files.add(file, tries: tries, reason: "EIO", now: now))
            #expect(files.due(now: now) { _ in true }.isEmpty)
            now = try #require(files.first(1).first?.due)
            #expect(files.due(now: now) { _ in false }.isEmpty, "another version is in flight")
            #expect(files.due(now: now) { _ in true }.map(\.tries) == [tries])
        }
        #expect(start.duration(to: now) == .seconds(60 + 300 + 1800 + 7200 + 21600))
        #expect(!files.add(file, tries: 6, reason: "EIO", now: now))
        #expect(files.add(file, tries: 1, reason: "EIO", now: now))
        #expect(files.supersede("b").isEmpty)
        #expect(files.supersede("a").map(\.name) == [file.name])
        #expect(files.count == 0)
    }
}
