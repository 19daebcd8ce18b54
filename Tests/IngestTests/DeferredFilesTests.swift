import Encoding
import Foundation
import Identity
import Ingest
import IngestSupport
import Platform
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// A file that cannot be read waits, and is tried again by itself; nobody else waits for it.
@Suite(.timeLimit(.minutes(10))) struct DeferredFilesTests {
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

    /// Waits on a thread of the pipeline, at most for half a minute, and leaves the processor to what is waited for.
    private func wait(until condition: () -> Bool) {
        let end = ContinuousClock.now + .seconds(30)
        while !condition(), ContinuousClock.now < end { usleep(1000) }
    }

    @Test("one that is taken up while a newer version is being claimed does not overtake it")
    func takenUpMeanwhile() async throws {
        let harness = try SpoolHarness()
        try harness.drop("z.txt", "an index")
        _ = try await harness.run()
        try harness.drop("a.txt", "old")
        let plan = plan(harness, failing: 5, of: "a.txt")
        plan.arm()
        defer { plan.disarm() }
        let claims = Mutex(0)
        let found = Mutex<[String?]>([])
        // Time enough for the newer one to come first.
        let model = StubPassageEncoder { lane in
            guard lane == .bulk else { return }
            let end = ContinuousClock.now + .seconds(1)
            while (try? harness.documents()["a.txt"]) == nil, ContinuousClock.now < end {
                try? await Task.sleep(for: .milliseconds(5))
            }
        }
        _ = try await harness.run(
            draining: false, model: model, delays: [.milliseconds(1)], stopsAtCommit: false,
            reach: { board, point in
                switch point {
                case .beforeClaim:
                    let number = claims.withLock { count in
                        count += 1
                        return count
                    }
                    guard number == 2 else { break }
                    // The first one was put off; it is taken up right before this one is claimed.
                    wait { board.status.deferred?.isEmpty ?? true }
                case .afterRetire:
                    found.withLock { $0.append((try? harness.documents())?["a.txt"]) }
                    if found.withLock(\.count) == 2 { board.stopping.request() }
                default: break
                }
                if point == .afterClaim, claims.withLock({ $0 }) == 1 { try? harness.drop("a.txt", "new") }
            })
        #expect(try harness.documents()["a.txt"] == "new")
        #expect(try FileContents.read(harness.spool.done.appending("a.txt")) == Array("new".utf8))
    }

    @Test("one that cannot be read while a newer version waits behind it is not tried again")
    func putOffBeforeNewer() async throws {
        let harness = try SpoolHarness()
        try harness.drop("z.txt", "an index")
        _ = try await harness.run()
        try harness.drop("a.txt", Array(String(repeating: "whale ", count: 12_000).utf8))
        let isFollowed = Mutex(false)
        let reads = Mutex<(path: FilePath?, count: Int)>((nil, 0))
        let plan = FaultPlan(below: harness.spool.work, of: [.read]) { _, _, path in
            guard path.lastComponent?.string.hasSuffix("a.txt") == true else { return .none }
            let number = reads.withLock { reads in
                reads.path = reads.path ?? path
                if reads.path == path { reads.count += 1 }
                return reads.path == path ? reads.count : 0
            }
            // The intake reads the beginning of the older one before it takes the newer one.
            guard (2...5).contains(number) else { return .none }
            wait { isFollowed.withLock { $0 } }
            return .fail(.ioError)
        }
        plan.arm()
        defer { plan.disarm() }
        let claims = Mutex(0)
        _ = try await harness.run(
            draining: false, stopAt: .afterRetire, delays: [.seconds(3600)], stopsAtCommit: false,
            reach: { board, point in
                guard point == .afterClaim else { return }
                let number = claims.withLock { count in
                    count += 1
                    return count
                }
                if number == 1 { return (try? harness.drop("a.txt", "new")) ?? () }
                // It enters the pipeline right afterwards.
                Thread.detachNewThread {
                    wait { board.status.inWork == 2 }
                    isFollowed.withLock { $0 = true }
                }
            })
        #expect(try harness.documents()["a.txt"] == "new")
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
            #expect(files.add(file, tries: tries, reason: "EIO", now: now) == .waits)
            var taken: [Int] = []
            files.takeDue(now: now) { _ in
                taken.append(0)
                return true
            }
            now = try #require(files.first(1).first?.due)
            files.takeDue(now: now) { _ in false }
            #expect(files.count == 1, "another version is in flight")
            files.takeDue(now: now) { entry in
                taken.append(entry.tries)
                return true
            }
            #expect(taken == [tries])
        }
        #expect(start.duration(to: now) == .seconds(60 + 300 + 1800 + 7200 + 21600))
        #expect(files.add(file, tries: 6, reason: "EIO", now: now) == .isOver)
        #expect(files.add(file, tries: 1, reason: "EIO", now: now) { false } == .isOlder)
        #expect(files.add(file, tries: 1, reason: "EIO", now: now) == .waits)
        #expect(files.supersede("b").isEmpty)
        #expect(files.supersede("a").map(\.name) == [file.name])
        #expect(files.count == 0)
    }
}
