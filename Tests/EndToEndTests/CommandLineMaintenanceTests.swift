import Foundation
import Platform
import Shards
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("vectorspool compact, merge and snapshot")
struct CommandLineMaintenanceTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    /// A spool with an index of some files, each committed alone or all at once.
    private func index(_ name: String, of files: [(String, String)]) async throws -> FilePath {
        let spool = scratch.path.appending(name)
        for (path, text) in files {
            let file = spool.appending("inbox").appending(path)
            try FileManager.default.createDirectory(
                atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
            try AtomicFile.replaceVolatile(Array(text.utf8), at: file)
        }
        // A few words are too little to make ranges from, and indexes are joined that have the same.
        let ranges = scratch.path.appending("ranges.npy")
        let ones = Array(repeating: Float(1), count: 40)
        try AtomicFile.replaceVolatile(SampleFiles.array([ones.map { -$0 }, ones]), at: ranges)
        let outcome = try await CommandLineTool.daemon(
            "--spool", spool.string, "--index", spool.appending("index").string, "--model", SampleFiles.model.string,
            "--ranges", ranges.string, "--once")
        try #require(outcome.status.isSuccess, "\(outcome.error)")
        return spool.appending("index")
    }

    private func call(_ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.search.run(arguments)
    }

    /// The hits of a search as JSON, without what depends on the place of an index.
    private func hits(_ index: FilePath, _ mode: String) async throws -> [String] {
        let outcome = try await call(
            "search", "a ship in the storm", "--index", index.string, "--model", SampleFiles.model.string, "--json",
            "--mode",
            mode, "-k", "100", "--max-per-document", "0")
        try #require(outcome.status.isSuccess, "\(outcome.error)")
        return outcome.lines.map(String.init)
    }

    private static let files = (0..<12).map { number in
        (
            "notes/n\(number).md",
            "# Note \(number)\n\nThe ship number \(number) sailed "
                + ["east", "west", "into the storm", "home"][number % 4]
                + " with \(number + 3) men.\n\n"
                + String(repeating: "Rope and sail, part \(number). ", count: 10 * (number % 5))
        )
    }

    @Test(
        "a merged search is that of one index of the same files, hit for hit and score for score",
        arguments: ["hybrid", "semantic", "lexical"])
    func mergedSearch(mode: String) async throws {
        let whole = try await index("whole", of: Self.files)
        let parts = [
            try await index("a", of: Array(Self.files[0..<3])), try await index("b", of: Array(Self.files[3..<4])),
            try await index("c", of: Array(Self.files[4...])),
        ]
        let target = scratch.path.appending("merged")
        let merge = try await CommandLineTool.search.run(["merge"] + parts.map(\.string) + ["--into", target.string])
        #expect(merge.status == .exited(0), "\(merge.error)")
        #expect(merge.text.contains("joined 3 indexes"), "\(merge.text)")
        #expect(Set(try await hits(target, mode)).count == Set(try await hits(whole, mode)).count)
        let (merged, one) = (try await scores(target, mode), try await scores(whole, mode))
        #expect(merged == one)
        let compact = try await call("compact", "--full", "--index", target.string)
        #expect(compact.text.hasPrefix("3 shards"), "\(compact.text) \(compact.error)")
        #expect(try await scores(target, mode) == one)
        #expect(try await call("verify", "--index", target.string).status == .exited(0))
    }

    /// The score of each passage.
    private func scores(_ index: FilePath, _ mode: String) async throws -> [String: Double] {
        var scores: [String: Double] = [:]
        for line in try await hits(index, mode) {
            let hit = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            scores["\(hit["document"] ?? "")#\(hit["passage"] ?? "")"] = hit["score"] as? Double
        }
        return scores
    }

    @Test("merge refuses in a sentence, and leaves nothing behind")
    func refusals() async throws {
        let first = try await index("a", of: [("x.md", "A ship.")])
        let second = try await index("b", of: [("x.md", "A train.")])
        let target = scratch.path.appending("merged").string
        expectFailure(
            try await call("merge", first.string, second.string, "--into", target), 65, naming: "x.md", "--newest",
            "laptop=A")
        #expect(!FileStatus.exists(FilePath(target)))
        let kept = try await call("merge", "l=" + first.string, "s=" + second.string, "--into", target, "--json")
        #expect(kept.text.contains("\"documents\":2"), "\(kept.error)")
        expectFailure(try await call("merge", first.string, "--into", first.string), 73, naming: "the target itself")
        expectFailure(try await call("merge", "/nonexistent", "--into", target + "2"), 66, naming: "/nonexistent")
        expectFailure(try await call("merge", "--into", target), 64, naming: "index")
    }

    @Test(
        "of equal contents the latest claim counts, in every order: for --newest, and for what was forgotten and dropped again"
    )
    func latest() async throws {
        let one = try await index("one", of: [("x.md", "Version one.")])
        let two = try await index("two", of: [("x.md", "Version two.")])
        let again = try await index("again", of: [("x.md", "Version one.")])
        for (number, order) in [[one, two, again], [one, again, two], [again, two, one]].enumerated() {
            let target = scratch.path.appending("newest\(number)").string
            let merge = try await CommandLineTool.search.run(
                ["merge"] + order.map(\.string) + ["--into", target, "--newest"])
            #expect(merge.status == .exited(0), "\(merge.error)")
            #expect(try await call("show", "x.md", "--index", target).text == "Version one.\n", "\(number)")
        }
        let forgetting = try await index("forgetting", of: [("y.md", "A ship.")])
        let before = try await index("before", of: [("y.md", "A ship.")])
        let forget = try await call("forget", "y.md", "--spool", forgetting.removingLastComponent().string)
        try #require(forget.status.isSuccess, "\(forget.error)")
        let after = try await index("after", of: [("y.md", "A ship.")])
        for (number, order) in [
            [before, after, forgetting], [after, before, forgetting], [forgetting, before, after],
        ].enumerated() {
            let target = scratch.path.appending("latest\(number)").string
            let merge = try await CommandLineTool.search.run(["merge"] + order.map(\.string) + ["--into", target])
            #expect(merge.status == .exited(0), "\(merge.error)")
            #expect(try await call("show", "y.md", "--index", target).text == "A ship.\n", "\(number)")
        }
    }

    @Test(
        "a prefix is a folder below the inbox",
        arguments: ["..=x", "../a=x", "/abs=x", ".=x", "a//b=x", "a/./b=x", "/=x"])
    func prefixes(source: String) async throws {
        expectFailure(
            try await call("merge", source, "--into", "/nonexistent/c"), 64, naming: "a folder below the inbox")
    }

    @Test("an index is not joined into itself through a link, and what adds nothing adds no file")
    func itself() async throws {
        let path = try await index("a", of: [("x.md", "A ship.")])
        let link = scratch.path.appending("link")
        try FileManager.default.createSymbolicLink(atPath: link.string, withDestinationPath: path.string)
        expectFailure(try await call("merge", path.string, "--into", link.string), 73, naming: "the target itself")
        let target = scratch.path.appending("merged")
        for _ in 0..<2 {
            let merge = try await call("merge", path.string, "--into", target.string)
            #expect(merge.status == .exited(0), "\(merge.error)")
            #expect(try Snapshot.open(target).manifest.shards.count == 1)
        }
    }

    @Test("compact says what became of the index, drops what was forgotten, and has nothing to do after")
    func compact() async throws {
        let path = try await index("a", of: [("x.md", "A ship."), ("y.md", "A secretword.")])
        let spool = path.removingLastComponent()
        _ = try await index("a", of: [("x.md", "A newer ship.")])
        let forget = try await call("forget", "y.md", "--spool", spool.string)
        try #require(forget.status.isSuccess, "\(forget.error)")
        let arguments = ["compact", "--index", path.string, "--spool", spool.string]
        let purge = try await CommandLineTool.search.run(arguments + ["--purge", "--json"])
        #expect(purge.lines.last?.contains("\"dropped_rows\":2") == true, "\(purge.text) \(purge.error)")
        #expect(try await CommandLineTool.search.run(arguments + ["--full"]).status == .exited(0))
        let again = try await CommandLineTool.search.run(arguments)
        #expect(again.text.hasPrefix("nothing to merge"), "\(again.text)")
        #expect(try Snapshot.open(path).rowCount == 1)
        expectFailure(
            try await CommandLineTool.search.run(arguments + ["--purge", "--full"]), 64, naming: "one after another")
        expectFailure(try await call("compact", "--index", "/nonexistent"), 66, naming: "/nonexistent")
    }

    @Test("a snapshot is an index that is searched, verified and restored")
    func snapshot() async throws {
        let path = try await index("a", of: [("x.md", "A ship.")])
        let copy = scratch.path.appending("copy")
        let outcome = try await call("snapshot", copy.string, "--index", path.string)
        #expect(outcome.status == .exited(0) && outcome.text.contains("shared with the index"), "\(outcome.error)")
        #expect(try await hits(copy, "hybrid") == hits(path, "hybrid"))
        #expect(try await call("verify", "--index", copy.string).status == .exited(0))
        expectFailure(try await call("snapshot", copy.string, "--index", path.string), 73, naming: "not empty")
        // Restored: the copy takes the place of the index, and the daemon goes on with it.
        try FileManager.default.removeItem(atPath: path.string)
        try FileManager.default.moveItem(atPath: copy.string, toPath: path.string)
        _ = try await index("a", of: [("y.md", "A train.")])
        #expect(try await scores(path, "semantic").keys.sorted() == ["x.md#0", "y.md#0"])
    }
}
