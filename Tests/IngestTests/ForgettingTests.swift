import Foundation
import Identity
import Inbox
import Ingest
import Platform
import Shards
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// What is forgotten is found no more, whatever happens meanwhile, until it is dropped again.
@Suite("Forgetting") struct ForgettingTests {
    @Test(
        "its rows die, its file moves to replaced/ or is removed, and dropped again it is found",
        arguments: [false, true])
    func life(isDeleting: Bool) async throws {
        let harness = try SpoolHarness()
        try harness.drop("sub/a.txt", "one")
        try harness.drop("b.txt", "two")
        _ = try await harness.run()
        let answer = try harness.forget(ForgetWish(names: ["sub/a.txt"], isDeleting: isDeleting))
        #expect(answer.names == ["sub/a.txt"])
        #expect((answer.documents, answer.passages) == (1, 1))
        #expect((answer.movedFiles, answer.deletedFiles) == (isDeleting ? 0 : 1, isDeleting ? 1 : 0))
        #expect(try harness.documents() == ["b.txt": "two"])
        #expect(try harness.paths(in: harness.spool.done) == ["b.txt"])
        #expect(try harness.replacedToday() == (isDeleting ? [] : ["sub/a.txt"]))
        #expect(!FileStatus.exists(harness.spool.root.appending("forgetting.jsonl")))

        _ = try await harness.run()
        #expect(try harness.documents() == ["b.txt": "two"])
        let again = try harness.forget(ForgetWish(names: ["sub/a.txt", "no.txt"]))
        #expect((again.already, again.unknown, again.nameCount) == (["sub/a.txt"], ["no.txt"], 0))

        try harness.drop("sub/a.txt", "one")
        _ = try await harness.run()
        #expect(try harness.documents() == ["b.txt": "two", "sub/a.txt": "one"])
        #expect(try harness.paths(in: harness.spool.done) == ["b.txt", "sub/a.txt"])
    }

    @Test(
        "where a folder cannot be read, nothing is said to be forgotten before its file has left it",
        arguments: [("done", SystemCall.list), ("retry", .list), ("done", .status), ("failed", .status)])
    func unreadable(folder: String, call: SystemCall) async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        _ = try await harness.run()
        let plan = FaultPlan(below: harness.spool.root.appending(folder), of: [call]) { _, _, _ in .fail(.noMemory) }
        plan.arm()
        #expect(throws: (any Error).self) { try harness.forget(ForgetWish(names: ["a.txt"])) }
        #expect(throws: (any Error).self) { try harness.forget(ForgetWish(globs: ["**"])) }
        plan.disarm()
        _ = try harness.forget(ForgetWish(names: ["a.txt"]))
        #expect(try harness.documents() == [:])
        #expect(try harness.paths(in: harness.spool.done) == [])
        let kept = try harness.replacedToday()
        #expect(kept == ["a.txt"])
        #expect(!FileStatus.exists(harness.spool.root.appending("forgetting.jsonl")))
    }

    @Test("a name that is longer than names can be is unknown, and the others are forgotten")
    func longName() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        _ = try await harness.run()
        let long = String(repeating: "x", count: 300)
        let answer = try harness.forget(ForgetWish(names: [long + "/b.txt", long, "a.txt"]))
        #expect((answer.names, answer.unknown) == (["a.txt"], [long + "/b.txt", long]))
    }

    @Test("versions that wait in the inbox, in retry/ and in failed/ go too")
    func waiting() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", [0xFF])
        _ = try await harness.run()
        #expect(harness.report("a.txt") != nil)
        try harness.drop("a.txt", "two")
        try AtomicFile.replaceVolatile([0x61], at: harness.spool.retry.appending("a.txt"))
        let answer = try harness.forget(ForgetWish(names: ["a.txt"]))
        #expect((answer.documents, answer.movedFiles) == (0, 3))
        for folder in [harness.spool.inbox, harness.spool.retry, harness.spool.failed] {
            #expect(try harness.paths(in: folder) == [])
        }
        #expect(try harness.replacedToday().count == 3)
        _ = try await harness.run()
        #expect(try harness.documents() == [:])
    }

    @Test("a version that an earlier run had in work goes too, and one that was dropped afterwards is found")
    func claimed() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        let failpoints = Failpoints { if $0 == .beforeShard { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        #expect(try harness.forget(ForgetWish(globs: ["*.txt"])).names == ["a.txt"])
        try harness.drop("a.txt", "two")
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "two"])
        #expect(try harness.paths(in: harness.spool.done) == ["a.txt"])
        #expect(try FileContents.read(harness.spool.done.appending("a.txt")) == Array("two".utf8))
        let kept = try harness.replacedToday()
        #expect(kept == ["a.txt"])
        #expect(try harness.isWorkEmpty)
    }

    @Test("a version that is in work while it is forgotten leaves no rows", arguments: ["one", "\u{FF}"])
    func inWork(text: String) async throws {
        let harness = try SpoolHarness()
        try harness.drop("b.txt", "other")
        _ = try await harness.run()
        try harness.drop("a.txt", text == "one" ? Array(text.utf8) : [0xFF])
        let isForgotten = try await harness.runForgetting("a.txt")
        #expect(isForgotten)
        #expect(try harness.documents() == ["b.txt": "other"])
        #expect(try harness.paths(in: harness.spool.done) == ["b.txt"])
        #expect(try harness.paths(in: harness.spool.failed) == [])
        let kept = try harness.replacedToday()
        #expect(kept == ["a.txt"])
        #expect(try harness.isWorkEmpty)
    }

    @Test("a large file at fault that is forgotten while failed/ is waited for goes to replaced/")
    func failing() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        _ = try await harness.run()
        try harness.drop("b.txt", Array(repeating: 0xFF, count: 200_000))
        #expect(try await harness.runForgettingWhileFailing("b.txt"))
        #expect(try harness.files(in: harness.spool.failed) == [])
        #expect(try harness.replacedToday() == ["b.txt"])
        #expect(try harness.documents() == ["a.txt": "one"])
    }

    @Test("an order that has to wait hits what was there when it was made, and nothing that is dropped later")
    func waitingOrder() async throws {
        let harness = try SpoolHarness()
        for name in ["a.txt", "b.txt"] { try harness.drop(FilePath(name), "old \(name)") }
        let claims = Mutex(0)
        let tries = Mutex(0)
        let claimsThen = Mutex(0)
        // The disk is full until a third claim comes, which must not be, or for long enough.
        let plan = FaultPlan(below: harness.spool.root, of: [.rename]) { _, _, path in
            guard path.lastComponent?.string.contains("forgetting.jsonl") == true else { return .none }
            let number = claims.withLock { $0 }
            claimsThen.withLock { $0 = max($0, number) }
            return tries.withLock { tries in
                tries += 1
                return number < 3 && tries < 1000 ? .fail(.noSpace) : .none
            }
        }
        plan.arm()
        defer { plan.disarm() }
        _ = try await harness.run(
            sleep: { _ in await Task.yield() },
            reach: { board, point in
                guard point == .afterClaim else { return }
                let number = claims.withLock { claims in
                    claims += 1
                    return claims
                }
                guard number == 1 else { return }
                let made = harness.momentBeforeNextDrop()
                try? harness.drop("a.txt", "new")
                let document = DocumentIdentifier(path: Array("a.txt".utf8))
                _ = board.forgets.submit(ForgetOrder([document], isDeleting: true, made: made))
                let end = ContinuousClock.now + .seconds(30)
                while tries.withLock({ $0 }) == 0, ContinuousClock.now < end { sched_yield() }
            })
        #expect(claimsThen.withLock { $0 } <= 2)
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "new", "b.txt": "old b.txt"])
        #expect(try harness.paths(in: harness.spool.done) == ["a.txt", "b.txt"])
        #expect(try FileContents.read(harness.spool.done.appending("a.txt")) == Array("new".utf8))
        #expect(try harness.replacedToday() == [])
    }

    @Test("an order that was begun before a crash leaves alone what was dropped after it was made")
    func begunOrder() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "old")
        _ = try await harness.run()
        let made = harness.momentBeforeNextDrop()
        try harness.drop("a.txt", "new")
        let record = ForgottenDocument(
            DocumentIdentifier(path: Array("a.txt".utf8)), until: ClaimName.fresh(size: 0).time, time: "",
            isDeleted: true,
            made: made)
        try ForgottenDocuments([record]).write(Forgetting.orderName, in: harness.opened.root)
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "new"])
        #expect(try harness.replacedToday() == [])
        let known = try ForgottenDocuments.read(in: harness.opened.root)
        #expect(known?.all.map(\.made) == [nil])
    }

    @Test("nothing is claimed while a wish lies there that nobody has read")
    func unread() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        let id = try ForgetWish(names: ["a.txt"]).leave(in: harness.opened.requests)
        try harness.drop("a.txt", "two")
        let claims = Mutex(0)
        let looks = Mutex(0)
        let board = Mutex<StatusBoard?>(nil)
        let plan = FaultPlan(below: harness.spool.requests, of: [.list]) { _, _, _ in
            looks.withLock { $0 += 1 }
            // The wish is read after a while.
            if looks.withLock({ $0 }) == 5 {
                #expect(claims.withLock { $0 } == 0)
                let made = try? harness.opened.requests.status(of: FilePath(id + ".json")).changed
                board.withLock { board in
                    let document = DocumentIdentifier(path: Array("a.txt".utf8))
                    _ = board?.forgets.submit(ForgetOrder([document], isDeleting: true, made: made ?? .max))
                }
                DispatchQueue.global().async {
                    board.withLock { $0?.forgets.unread.read([id], isAll: true) }
                }
            }
            return .none
        }
        plan.arm()
        defer { plan.disarm() }
        _ = try await harness.run(
            observe: { new in
                new.forgets.unread.attend()
                board.withLock { $0 = new }
            },
            reach: { _, point in if point == .beforeClaim { claims.withLock { $0 += 1 } } })
        #expect(looks.withLock { $0 } >= 5)
        #expect(try harness.documents() == ["a.txt": "two"])
        #expect(try harness.paths(in: harness.spool.done) == ["a.txt"])
    }

    @Test("an order that was withdrawn before it was begun changes nothing")
    func withdrawn() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        let number = Mutex<Int?>(nil)
        let outcome = Mutex<Result<ForgetOutcome, IngestError>?>(nil)
        _ = try await harness.run(reach: { board, point in
            switch point {
            case .afterClaim:
                let order = ForgetOrder(
                    [DocumentIdentifier(path: Array("a.txt".utf8))], isDeleting: true,
                    made: harness.momentBeforeNextDrop())
                number.withLock { $0 = board.forgets.submit(order) { true } }
            case .beforeShard:
                // It is looked at before each commit.
                guard let number = number.withLock({ $0 }) else { return }
                outcome.withLock { $0 = $0 ?? board.forgets.takeOutcome(of: number) }
            default: break
            }
        })
        #expect(throws: IngestError.self) { try outcome.withLock { $0 }?.get() }
        #expect(try harness.documents() == ["a.txt": "one"])
        #expect(try harness.paths(in: harness.spool.done) == ["a.txt"])
    }

    @Test("one document of a .jsonl loses its rows and leaves the file")
    func oneLine() async throws {
        let harness = try SpoolHarness()
        let lines = ["1", "2"].map { "{\"id\":\"\($0)\",\"text\":\"text \($0)\"}\n" }.joined()
        try harness.drop("b#c.jsonl", lines)
        _ = try await harness.run()
        let answer = try harness.forget(ForgetWish(names: ["b#c.jsonl#1"]))
        #expect((answer.names, answer.documents, answer.movedFiles) == (["b#c.jsonl#1"], 1, 0))
        #expect(try harness.documents() == ["b#c.jsonl#2": "text 2"])
        #expect(try harness.paths(in: harness.spool.done) == ["b#c.jsonl"])
        try harness.drop("b#c.jsonl", lines)
        _ = try await harness.run()
        #expect(try harness.documents().count == 2)
        #expect(try harness.forget(ForgetWish(names: ["b#c.jsonl"])).documents == 2)
        #expect(try harness.documents() == [:])
        #expect(try harness.paths(in: harness.spool.done) == [])
    }

    @Test("names as they are shown, globs, and what is missing in done/ are found; a dry run does nothing")
    func selection() async throws {
        let harness = try SpoolHarness()
        let odd = try #require(FilePath(bytes: [0x61, 0xFF, 0x2E, 0x74, 0x78, 0x74]))
        for name in [odd, "n/x.md", "n/m/y.md", "z.md"] { try harness.drop(name, "text") }
        _ = try await harness.run()
        func found(_ wish: ForgetWish) throws -> [String] {
            var wish = wish
            wish.isDryRun = true
            return try harness.forget(wish).names
        }
        #expect(try found(ForgetWish(names: ["a\\xFF.txt"])) == ["a\\xFF.txt"])
        #expect(try found(ForgetWish(globs: ["n/**"])) == ["n/m/y.md", "n/x.md"])
        #expect(try found(ForgetWish(globs: ["*.md"])) == ["n/m/y.md", "n/x.md", "z.md"])
        #expect(try found(ForgetWish(isOfMissing: true)) == [])
        try FileManager.default.removeItem(atPath: harness.spool.done.appending("z.md").string)
        #expect(try found(ForgetWish(isOfMissing: true)) == ["z.md"])
        #expect(try harness.documents().count == 4)

        #expect(try harness.forget(ForgetWish(isOfMissing: true)).documents == 1)
        #expect(try harness.documents().count == 3)
        try Directory.rename(harness.spool.done, to: harness.scratch.path.appending("elsewhere"))
        #expect(try harness.forget(ForgetWish(isOfMissing: true)).refusal?.contains("mount") == true)
        #expect(try harness.documents().count == 3)
    }

    /// How many calls list folders while this is forgotten.
    private func lists(_ harness: SpoolHarness, _ wish: ForgetWish) throws -> Int {
        let plan = FaultPlan(below: harness.spool.root, of: [.list]) { _, _, _ in .none }
        plan.arm()
        defer { plan.disarm() }
        _ = try harness.forget(wish)
        return plan.callCounts.values.reduce(0, +)
    }

    @Test("a folder is listed once, not once for each file", arguments: [false, true])
    func listings(isOfMissing: Bool) async throws {
        var counts: [Int] = []
        for count in [4, 40] {
            let harness = try SpoolHarness()
            for number in 0..<count { try harness.drop(FilePath("n/\(number).md"), "text \(number)") }
            try harness.drop("n/stays.txt", "text")
            _ = try await harness.run()
            if isOfMissing {
                for number in 0..<count {
                    try FileManager.default.removeItem(atPath: harness.spool.done.appending("n/\(number).md").string)
                }
            }
            let wish = isOfMissing ? ForgetWish(isOfMissing: true) : ForgetWish(globs: ["n/*.md"])
            counts.append(try lists(harness, wish))
            #expect(try harness.documents() == ["n/stays.txt": "text"])
        }
        // Each name of a listing counts.
        #expect(counts[1] < counts[0] * 20, "\(counts)")
    }

    @Test("an index from a backup forgets what the spool knows")
    func backup() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        _ = try await harness.run()
        let copy = harness.scratch.path.appending("backup")
        try FileManager.default.copyItem(atPath: harness.index.string, toPath: copy.string)
        _ = try harness.forget(ForgetWish(names: ["a.txt"]))
        try FileManager.default.removeItem(atPath: harness.index.string)
        try Directory.rename(copy, to: harness.index)
        #expect(try harness.documents() == ["a.txt": "one"])
        _ = try await harness.run()
        #expect(try harness.documents() == [:])
    }

    @Test("a crash at any call leaves a document wholly there or, after the next start, forgotten")
    func crashes() async throws {
        let calls = try await crash(at: .max).calls
        var generator = SeededGenerator(seed: .random(in: .min ... .max))
        // The first and the last calls of the way, and some between them.
        let between = (1..<calls).shuffled(using: &generator).prefix(20)
        var outcomes: Set<Bool> = []
        for number in [0] + between + [calls - 1] {
            outcomes.insert(try await crash(at: number, "\(generator)").isForgotten)
        }
        #expect(outcomes == [false, true])
    }

    /// Forgets a document of which a newer version waits; from one call on nothing happens any more, as after a crash.
    private func crash(at number: Int, _ seed: String = "") async throws -> (calls: Int, isForgotten: Bool) {
        let harness = try SpoolHarness()
        try harness.drop("sub/a.txt", "one")
        _ = try await harness.run()
        try harness.drop("sub/a.txt", "two")
        let calls = Mutex(0)
        let plan = FaultPlan(below: harness.scratch.path) { _, _, _ in
            calls.withLock { calls in
                defer { calls += 1 }
                return calls >= number ? .fail(.ioError) : .none
            }
        }
        plan.arm()
        let isTold = (try? harness.forget(ForgetWish(names: ["sub/a.txt"]))) != nil
        plan.disarm()

        _ = try await harness.run()
        let documents = try harness.documents()
        let place = "call \(number), \(seed)"
        #expect(documents.isEmpty || documents == ["sub/a.txt": "two"], "\(place)")
        #expect(documents.isEmpty || !isTold, "\(place)")
        let done = try harness.paths(in: harness.spool.done)
        #expect(done == (documents.isEmpty ? [] : ["sub/a.txt"]), "\(place)")
        #expect(try harness.replacedToday().count == (documents.isEmpty ? 2 : 1), "\(place)")
        #expect(!FileStatus.exists(harness.spool.root.appending("forgetting.jsonl")), "\(place)")
        #expect(try harness.isWorkEmpty, "\(place)")

        try harness.drop("sub/a.txt", "three")
        _ = try await harness.run()
        #expect(try harness.documents() == ["sub/a.txt": "three"], "\(place)")
        return (calls.withLock { $0 }, documents.isEmpty)
    }
}
