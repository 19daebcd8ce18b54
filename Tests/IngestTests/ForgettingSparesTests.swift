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

/// What is not meant by a wish to forget stays where it is, or is found: what came later, is never taken, or is on its way.
@Suite("What forgetting spares") struct ForgettingSparesTests {
    @Test("what is never taken is left alone, and what lies outside", arguments: [["**"], []])
    func foreign(globs: [String]) async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        let foreign: [FilePath] = [".git/config", "b.part", "sub/.hidden", "sub/c.swp"]
        for name in foreign { try harness.drop(name, "not to be taken") }
        let outside = harness.scratch.path.appending("outside")
        try Directory.create(outside)
        try AtomicFile.replaceVolatile([1], at: outside.appending("a.txt"))
        try FileManager.default.createSymbolicLink(
            atPath: harness.spool.inbox.appending("link").string, withDestinationPath: outside.string)
        try FileManager.default.createSymbolicLink(
            atPath: harness.spool.inbox.appending("file").string,
            withDestinationPath: outside.appending("a.txt").string)
        let names = globs.isEmpty ? ["a.txt", "file", "link/a.txt", "link"] + foreign.map(\.string) : []
        let answer = try harness.forget(ForgetWish(names: names, globs: globs, isDeleting: true))
        #expect((answer.names, answer.deletedFiles, answer.movedFiles) == (["a.txt"], 1, 0))
        #expect(answer.unknown.count == max(names.count - 1, 0))
        for name in foreign { #expect(FileStatus.exists(harness.spool.inbox.pushing(name))) }
        #expect(try harness.paths(in: outside) == ["a.txt"])
        #expect(try Directory.entries(of: harness.spool.inbox).count == 5)
    }

    @Test("what lies behind a link in done/ is not missing")
    func linkedDone() async throws {
        let harness = try SpoolHarness()
        for name in ["sub/a.txt", "b.txt", "c.txt"] { try harness.drop(FilePath(name), name) }
        _ = try await harness.run()
        let moved = harness.scratch.path.appending("moved")
        try Directory.rename(harness.spool.done.appending("sub"), to: moved)
        try FileManager.default.createSymbolicLink(
            atPath: harness.spool.done.appending("sub").string, withDestinationPath: moved.string)
        try Directory.removeFile(harness.spool.done.appending("b.txt"))
        #expect(try harness.forget(ForgetWish(isOfMissing: true)).names == ["b.txt"])
        #expect(Originals(harness.spool).canTell(of: "c.txt"))
        #expect(!Originals(harness.spool).canTell(of: "sub/a.txt"))
    }

    @Test("a wish that was carried out and is met again hits nothing that was dropped since", arguments: [false, true])
    func again(isWithDaemon: Bool) async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        _ = try await harness.run()
        let made = harness.momentBeforeNextDrop()
        let wish = ForgetWish(names: ["a.txt"], isDeleting: true)
        #expect(try UnattendedSpool(harness.options).forget(wish, made: made, wish: "w").deletedFiles == 1)
        try harness.drop("a.txt", "two")
        _ = try await harness.run()
        try harness.drop("a.txt", "three")
        if isWithDaemon {
            let document = DocumentIdentifier(path: Array("a.txt".utf8))
            _ = try await harness.run(
                observe: { _ = $0.forgets.submit(ForgetOrder([document], isDeleting: true, made: made, wish: "w")) })
        } else {
            _ = try UnattendedSpool(harness.options).forget(wish, made: made, wish: "w")
        }
        #expect(try harness.documents() == ["a.txt": isWithDaemon ? "three" : "two"])
        #expect(
            try FileContents.read(harness.spool.done.appending("a.txt")) == Array((isWithDaemon ? "three" : "two").utf8)
        )
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "three"])
        #expect(try FileContents.read(harness.spool.done.appending("a.txt")) == Array("three".utf8))
        let kept = try harness.replacedToday()
        #expect(kept == ["a.txt"])
    }

    @Test("what is on its way to done/, or lies elsewhere in the spool, is not missing")
    func onItsWay() async throws {
        let harness = try SpoolHarness()
        for name in ["a.txt", "b.txt", "c.txt", "d.txt"] { try harness.drop(FilePath(name), name) }
        let failpoints = Failpoints { if $0 == .afterCommit { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(failpoints) }
        #expect(try harness.claims().count == 4)
        try harness.drop("e.txt", "e")
        try AtomicFile.replaceVolatile([1], at: harness.spool.done.appending("other.txt"))
        #expect(try harness.forget(ForgetWish(isOfMissing: true, isDeleting: true)).nameCount == 0)
        _ = try await harness.run()
        #expect(try harness.documents().count == 5)
        // A new version fails, waits, or was set aside.
        for name in ["a.txt", "b.txt", "c.txt", "d.txt"] {
            try Directory.removeFile(harness.spool.done.appending(name))
        }
        try harness.drop("a.txt", [0xFF])
        _ = try await harness.run()
        try harness.drop("b.txt", "newer")
        try AtomicFile.replaceVolatile([0x61], at: harness.spool.retry.appending("c.txt"))
        #expect(try harness.forget(ForgetWish(isOfMissing: true, isDeleting: true)).names == ["d.txt"])
        #expect(harness.report("a.txt") != nil)
    }

    @Test(
        "a folder that takes the place of another while its files are forgotten keeps its own",
        arguments: [false, true])
    func exchangedFolder(wasThere: Bool) async throws {
        let harness = try SpoolHarness()
        let staged = harness.scratch.path.appending("staged")
        try Directory.create(staged)
        for name in ["a.txt", "b.txt", "c.txt"] {
            if wasThere { try harness.drop(FilePath("sub").appending(name), "old") }
            try AtomicFile.replaceVolatile(Array("new".utf8), at: staged.appending(name))
        }
        let made = harness.momentBeforeNextDrop()
        var round = ForgettingRound(day: RealTime.now.day, ignore: .standard)
        func put(_ name: String) throws -> ForgottenFiles {
            try harness.opened.putAway(
                forgotten: FilePath("sub").appending(name), until: .max, before: made, claim: .fresh(size: 1),
                deleting: true, &round)
        }
        let first = try put("a.txt")
        #expect((first.putAway.count, first.left.count) == (wasThere ? 1 : 0, 0))
        if wasThere { try Directory.removeTree(harness.spool.inbox.appending("sub")) }
        try Directory.rename(staged, to: harness.spool.inbox.appending("sub"))
        for name in ["a.txt", "b.txt", "c.txt"] {
            let later = try put(name)
            #expect(later.putAway.isEmpty && later.left.isEmpty)
        }
        _ = try await harness.run()
        #expect(try harness.documents() == ["sub/a.txt": "new", "sub/b.txt": "new", "sub/c.txt": "new"])
    }

    @Test("a line that is forgotten is not read from a version that waited then", arguments: [false, true])
    func waitingLine(isIndexed: Bool) async throws {
        let harness = try SpoolHarness()
        func lines(_ text: String) -> String {
            ["1", "2"].map { "{\"id\":\"\($0)\",\"text\":\"\(text) \($0)\"}\n" }.joined()
        }
        if isIndexed {
            try harness.drop("b.jsonl", lines("old"))
            _ = try await harness.run()
        }
        try harness.drop("b.jsonl", lines("new"))
        #expect(try harness.forget(ForgetWish(names: ["b.jsonl#1", "b.txt#1"])).names == ["b.jsonl#1"])
        _ = try await harness.run()
        #expect(try harness.documents() == ["b.jsonl#2": "new 2"])
        #expect(try harness.paths(in: harness.spool.done) == ["b.jsonl"])
        try harness.drop("b.jsonl", lines("newer"))
        _ = try await harness.run()
        #expect(try harness.documents() == ["b.jsonl#1": "newer 1", "b.jsonl#2": "newer 2"])
    }

    @Test("a link in the place of retry/ leads nowhere")
    func linkedRetry() throws {
        let harness = try SpoolHarness()
        let outside = harness.scratch.path.appending("outside")
        try Directory.create(outside)
        try AtomicFile.replaceVolatile([1], at: outside.appending("a.txt"))
        try FileManager.default.removeItem(atPath: harness.spool.retry.string)
        try FileManager.default.createSymbolicLink(
            atPath: harness.spool.retry.string, withDestinationPath: outside.string)
        var listings = FolderListings()
        var round = ForgettingRound(day: RealTime.now.day, ignore: .standard)
        #expect(try !harness.opened.holdsFiles(of: "a.txt", .standard, &listings))
        #expect(try harness.opened.waitingPaths(.standard) == [])
        let files = try harness.opened.putAway(
            forgotten: "a.txt", until: .max, before: .max, claim: .fresh(size: 1), deleting: true,
            &round)
        #expect(files.putAway.isEmpty)
        #expect(try harness.paths(in: outside) == ["a.txt"])
    }

    @Test("a file that is being written is a version that is dropped later")
    func written() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one")
        _ = try await harness.run()
        try harness.drop("a.txt", "two")
        let writer = try FileHandle(forWritingTo: URL(filePath: harness.spool.inbox.appending("a.txt").string))
        #expect(try harness.forget(ForgetWish(names: ["a.txt"], isDeleting: true)).deletedFiles == 1)
        try writer.close()
        _ = try await harness.run()
        #expect(try harness.documents() == ["a.txt": "two"])
    }

    /// What happens to a folder after a wish.
    enum Later: CaseIterable { case nothing, isMovedIn, getsAnother }

    @Test(
        "a folder that came after the wish keeps its files, and in one that changed their bytes are kept",
        arguments: Later.allCases)
    func laterFolder(later: Later) async throws {
        let harness = try SpoolHarness()
        let staged = harness.scratch.path.appending("staged")
        try Directory.create(staged)
        for name in ["a.txt", "b.txt"] {
            try AtomicFile.replaceVolatile(Array("old".utf8), at: staged.appending(name))
        }
        if later != .isMovedIn { try Directory.rename(staged, to: harness.spool.inbox.appending("sub")) }
        let made = harness.momentBeforeNextDrop()
        if later == .isMovedIn { try Directory.rename(staged, to: harness.spool.inbox.appending("sub")) }
        if later == .getsAnother { try harness.drop("sub/c.txt", "new") }
        let wish = ForgetWish(names: ["sub/a.txt", "sub/b.txt"], isDeleting: true)
        let answer = try UnattendedSpool(harness.options).forget(wish, made: made)
        #expect((answer.movedFiles, answer.deletedFiles) == (later == .getsAnother ? 2 : 0, later == .nothing ? 2 : 0))
        #expect(answer.left == [])
        #expect(try harness.replacedToday() == (later == .getsAnother ? ["sub/a.txt", "sub/b.txt"] : []))
        _ = try await harness.run()
        let expected: [String: String] =
            switch later {
            case .nothing: [:]
            case .isMovedIn: ["sub/a.txt": "old", "sub/b.txt": "old"]
            case .getsAnother: ["sub/c.txt": "new"]
            }
        #expect(try harness.documents() == expected)
    }

    @Test("originals that the configuration removes are not missing")
    func configured() async throws {
        let harness = try SpoolHarness { $0.keepDoneDays = 0 }
        try harness.drop("a.txt", "one")
        _ = try await harness.run()
        #expect(try harness.forget(ForgetWish(isOfMissing: true)).refusal?.contains("keepDoneDays") == true)
        #expect(try harness.documents() == ["a.txt": "one"])
    }
}
