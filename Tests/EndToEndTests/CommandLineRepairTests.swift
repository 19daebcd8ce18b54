import Foundation
import Platform
import Shards
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("vectorspool verify --repair")
struct CommandLineRepairTests {
    @Test("sets a damaged shard aside, drops its originals again, and the daemon has everything back")
    func requeue() async throws {
        let scratch = try ScratchDirectory()
        let spool = scratch.path.appending("spool")
        let index = spool.appending("index")
        let ranges = scratch.path.appending("ranges.npy")
        let ones = Array(repeating: Float(1), count: 40)
        try AtomicFile.replaceVolatile(SampleFiles.array([ones.map { -$0 }, ones]), at: ranges)
        func take(_ files: [(String, String)]) async throws {
            for (path, text) in files {
                let file = spool.appending("inbox").appending(path)
                try FileManager.default.createDirectory(
                    atPath: file.removingLastComponent().string, withIntermediateDirectories: true)
                try AtomicFile.replaceVolatile(Array(text.utf8), at: file)
            }
            let outcome = try await CommandLineTool.daemon(
                "--spool", spool.string, "--index", index.string, "--model", SampleFiles.model.string, "--ranges",
                ranges.string, "--once")
            try #require(outcome.status.isSuccess, "\(outcome.error)")
        }
        try await take([("notes/a.md", "A ship."), ("list.jsonl", "{\"id\":\"1\",\"text\":\"A whale.\"}\n")])
        try await take([("b.md", "A train.")])
        let first = try Snapshot.open(index).manifest.shards[0].name.fileName
        var bytes = try FileContents.read(index.appending(first))
        bytes[bytes.count / 2] ^= 1
        try AtomicFile.replaceVolatile(bytes, at: index.appending(first))

        let arguments = ["verify", "--index", index.string, "--spool", spool.string]
        #expect(try await CommandLineTool.search.run(arguments).status == .exited(65))
        expectFailure(try await CommandLineTool.search.run(arguments + ["--requeue"]), 64, naming: "--repair")
        let repair = try await CommandLineTool.search.run(arguments + ["--repair", "--requeue"])
        #expect(repair.status == .exited(0), "\(repair.error)")
        #expect(repair.text.contains("set aside: damaged/\(first)"), "\(repair.text)")
        #expect(repair.text.contains("lost: notes/a.md, whose original is "), "\(repair.text)")
        #expect(repair.text.contains("lost: list.jsonl#1"), "\(repair.text)")
        #expect(repair.text.contains("moved back into the inbox: 2 files"), "\(repair.text)")
        #expect(try await CommandLineTool.search.run(arguments).status == .exited(0))
        #expect(try Snapshot.open(index).manifest.documents == 1)
        try await take([])
        #expect(try Snapshot.open(index).manifest.documents == 3)
        #expect(FileStatus.exists(spool.appending("done").appending("notes").appending("a.md")))
        #expect(FileStatus.exists(index.appending("damaged").appending(first)))
        // Nothing to repair is said as before.
        let sound = try await CommandLineTool.search.run(arguments + ["--repair"])
        #expect(sound.status == .exited(0) && sound.text.hasPrefix("ok"), "\(sound.text)")
    }
}
