import Glibc
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// `forget`, `log` and `prune` as people use them, with the daemon up and down.
@Suite("Forgetting by command", .timeLimit(.minutes(10)))
struct CommandLineForgetTests {
    private let scratch: ScratchDirectory
    private var spool: FilePath { scratch.path.appending("spool") }
    private var file: FilePath { scratch.path.appending("vectorspool.yaml") }

    init() throws {
        scratch = try ScratchDirectory()
        let ranges = scratch.path.appending("ranges.npy")
        let ones = Array(repeating: Float(1), count: 40)
        try AtomicFile.replaceVolatile(SampleFiles.array([ones.map { -$0 }, ones]), at: ranges)
        let text = """
            spool:
              directory: \(spool)
              settleSeconds: 0.05
              rescanSeconds: 1
            index:
              directory: \(scratch.path.appending("index"))
              ranges: \(ranges)
            model:
              directory: \(SampleFiles.model)
            commit:
              maximumDelaySeconds: 0.05
            runtime:
              statusSeconds: 0.05
            """
        try AtomicFile.replaceVolatile(Array(text.utf8), at: file)
    }

    private func drop(_ path: FilePath, _ text: String) throws {
        let target = spool.appending("inbox").pushing(path)
        try Directory.create(target.removingLastComponent())
        let outside = scratch.path.appending("dropping")
        try AtomicFile.replaceVolatile(Array(text.utf8), at: outside)
        try Directory.rename(outside, to: target)
    }

    private func call(_ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.search.run(arguments + ["--config", file.string])
    }

    /// The documents that a search finds.
    private func found() async throws -> String {
        try await call("search", "harbour crane boats sea", "--json", "-k", "9").text
    }

    @Test func `case 48 delete: a running daemon forgets at once, and finds what is dropped again`() async throws {
        let status = try await DaemonProcess.run(
            try CommandLineTool.daemon.path, ["--config", file.string],
            environment: .inherit.updating(["VECTORSPOOL_CACHE": try CommandLineTool.cache]), endingWith: .terminate
        ) {
            while try await !call("status", "--json").text.contains("\"is_recovered\":true") {
                try await Task.sleep(for: .milliseconds(20))
            }
            try drop("notes/sea.md", "The harbour crane lifts the boats out of the sea in October.")
            try drop(
                "d.jsonl", "{\"id\":\"x\",\"text\":\"harbour crane\"}\n{\"id\":\"y\",\"text\":\"boats in the sea\"}\n")
            #expect(try await call("flush", "--wait").status == .exited(0))

            let dry = try await call("forget", "--glob", "notes/", "--dry-run")
            #expect(dry.text.hasPrefix("notes/sea.md would be forgotten\n1 document, "), "\(dry.text)\(dry.error)")
            let some = try await call("forget", "\(spool)/done/notes/sea.md", "d.jsonl#x", "no.md")
            expectFailure(some, 65, naming: "no.md: no such document")
            #expect(some.text.hasPrefix("d.jsonl#x is forgotten\nnotes/sea.md is forgotten\n2 documents, "))
            #expect(some.text.hasSuffix("; 1 file moved to replaced/\n"))
            let left = try await found()
            #expect(!left.contains("notes/sea.md") && !left.contains("d.jsonl#x") && left.contains("d.jsonl#y"))
            #expect(try await call("explain", "notes/sea.md").text.hasPrefix("notes/sea.md: was forgotten at "))
            #expect(try await call("forget", "notes/sea.md").text == "notes/sea.md was forgotten already\n")
            #expect(try await call("forget", "no.md").status == .exited(1))

            try drop("notes/sea.md", "The harbour crane lifts the boats out of the sea in October.")
            #expect(try await call("flush", "--wait").status == .exited(0))
            #expect(try await found().contains("notes/sea.md"))
        }
        #expect(status == .exited(0))
    }

    @Test func `what is dropped while a document is forgotten is found and kept`() async throws {
        let status = try await DaemonProcess.run(
            try CommandLineTool.daemon.path, ["--config", file.string],
            environment: .inherit.updating(["VECTORSPOOL_CACHE": try CommandLineTool.cache]), endingWith: .terminate
        ) {
            while try await !call("status", "--json").text.contains("\"is_recovered\":true") {
                try await Task.sleep(for: .milliseconds(20))
            }
            let page = try await call("status", "--json").text
            let number = try #require(page.firstMatch(of: /"process":(\d+)/).flatMap { Int32($0.1) })
            for round in 0..<4 {
                try drop("a.md", "The harbour crane lifts the boats, \(round) times.")
                #expect(try await call("flush", "--wait").status == .exited(0))
                // It meets the wish and the drop at the same time.
                kill(number, SIGSTOP)
                async let forgetting = call("forget", "a.md", "--delete")
                try await request()
                let text = "The boats came back from the sea in \(1900 + round)."
                try drop("a.md", text)
                kill(number, SIGCONT)
                let outcome = try await forgetting
                #expect(outcome.text.hasPrefix("a.md is forgotten\n"), "\(outcome.text)\(outcome.error)")
                #expect(try await call("flush", "--wait").status == .exited(0))
                #expect(try await found().contains("\(1900 + round)"), "round \(round)")
                #expect(try FileContents.read(spool.appending("done").appending("a.md")) == Array(text.utf8))
            }
        }
        #expect(status == .exited(0))
    }

    /// Waits until somebody has left a request.
    private func request() async throws {
        let end = ContinuousClock.now + .seconds(60)
        let requests = spool.appending("requests")
        while ContinuousClock.now < end {
            // A temporary file comes before it.
            if try Directory.entries(of: requests).contains(where: {
                $0.name.string.hasSuffix(".json") && !$0.name.string.hasPrefix(".")
            }) {
                return
            }
            try await Task.sleep(for: .milliseconds(1))
        }
    }

    @Test func `a command that is interrupted withdraws its request`() async throws {
        try drop("a.md", "The harbour crane lifts the boats.")
        let status = try await DaemonProcess.run(
            try CommandLineTool.daemon.path, ["--config", file.string],
            environment: .inherit.updating(["VECTORSPOOL_CACHE": try CommandLineTool.cache]), endingWith: .terminate
        ) {
            while try await !call("status", "--json").text.contains("\"is_recovered\":true") {
                try await Task.sleep(for: .milliseconds(20))
            }
            #expect(try await call("flush", "--wait").status == .exited(0))
            let page = try await call("status", "--json").text
            let number = try #require(page.firstMatch(of: /"process":(\d+)/).flatMap { Int32($0.1) })
            // A daemon that answers nobody.
            kill(number, SIGSTOP)
            defer { kill(number, SIGCONT) }
            let requests = spool.appending("requests")
            let outcome = try await DaemonProcess.run(
                try CommandLineTool.search.path, ["forget", "a.md", "--config", file.string], endingWith: .interrupt
            ) {
                while try Directory.entries(of: requests).isEmpty { try await Task.sleep(for: .milliseconds(5)) }
            }
            #expect(outcome == .exited(75))
            #expect(try Directory.entries(of: requests).isEmpty)
        }
        #expect(status == .exited(0))
        #expect(try await found().contains("a.md"))
    }

    @Test func `a daemon that has just started is waited for`() async throws {
        try drop("a.md", "The harbour crane lifts the boats.")
        try drop("b.md", "The boats stay in the sea.")
        #expect(try await CommandLineTool.daemon("--config", file.string, "--once").status == .exited(0))
        let lock = spool.appending(".lock")
        try Directory.removeFile(lock)
        let status = try await DaemonProcess.run(
            try CommandLineTool.daemon.path, ["--config", file.string],
            environment: .inherit.updating(["VECTORSPOOL_CACHE": try CommandLineTool.cache]), endingWith: .terminate
        ) {
            // It has the spool, and has not said so on its page yet.
            while try !FileStatus.exists(lock) || FileContents.read(lock).isEmpty {
                try await Task.sleep(for: .milliseconds(1))
            }
            let outcome = try await call("forget", "a.md")
            #expect(outcome.status == .exited(0), "\(outcome.error)")
            #expect(outcome.text.hasPrefix("a.md is forgotten\n"))
            while try await !call("status", "--json").text.contains("\"is_recovered\":true") {
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        #expect(status == .exited(0))
    }

    @Test func `case 48 delete: without a daemon the command does it, when nobody holds the spool any more`()
        async throws
    {
        expectFailure(try await call("forget", "a.md"), 66, naming: "requests")
        expectFailure(try await call("log"), 66, naming: "journal")
        try drop("a.md", "The harbour crane lifts the boats.")
        try drop("b.md", "The boats stay in the sea.")
        #expect(try await CommandLineTool.daemon("--config", file.string, "--once").status == .exited(0))
        let lock = try FileLock(in: OpenDirectory(spool), ".lock")
        async let forgetting = call("forget", "a.md", "--delete", "--json")
        // Each try leaves its mark there.
        let work = spool.appending("work")
        for _ in 0..<2 {
            let before = try FileStatus.of(work).changed
            while try FileStatus.of(work).changed == before { try await Task.sleep(for: .milliseconds(5)) }
        }
        #expect(try await found().contains("a.md"))
        _ = consume lock
        let outcome = try await forgetting
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.text.contains("\"deleted_files\":1") && outcome.text.contains("\"names\":[\"a.md\"]"))
        #expect(try await !found().contains("a.md"))
        expectFailure(try await call("forget"), 64, naming: "--missing")

        let all = try await call("log")
        #expect(all.lines.count == 3 && all.lines.last?.hasSuffix("a.md  forgotten") == true, "\(all.text)")
        #expect(try await call("log", "--outcome", "indexed", "--path", "b*", "--json").lines.count == 1)
        #expect(try await call("log", "-n", "1", "--since", "2020-01-01").lines.count == 1)
        #expect(try await call("log", "--outcome", "failed").status == .exited(1))
        expectFailure(try await call("log", "--outcome", "lost"), 64, naming: "forgotten")
        expectFailure(try await call("log", "--since", "tomorrow"), 64, naming: "yesterday or 7d")
        #expect(try await call("log", "--since", "1h").lines.count == 3)
        #expect(try await call("log", "--since", "2999-01-01T10:00").status == .exited(1))
        // A line that was damaged is told of, and hides nothing.
        let month = try #require(
            try Directory.entries(of: spool.appending("journal")).map(\.name).first { $0.string.hasSuffix(".jsonl") })
        let journal = spool.appending("journal").appending(month)
        let bytes = try FileContents.read(journal)
        try AtomicFile.replaceVolatile(Array("noise\n".utf8) + bytes, at: journal)
        let damaged = try await call("log")
        #expect(damaged.status == .exited(0) && damaged.lines.count == 3, "\(damaged.text)")
        #expect(damaged.error == "\(journal): 1 line cannot be read and was left out, the first is line 1\n")
        try AtomicFile.replaceVolatile(Array("noise\n".utf8), at: journal)
        expectFailure(try await call("log"), 65, naming: "1 line cannot be read")
    }

    @Test func `prune removes old versions, but none that a document comes from`() async throws {
        expectFailure(try await call("prune", "--older-than", "9"), 64, naming: "90d")
        try drop("d.jsonl", "{\"id\":\"x\",\"text\":\"harbour crane\"}\n{\"id\":\"y\",\"text\":\"boats in the sea\"}\n")
        try drop("old.md", "The boats stay in the sea.")
        #expect(try await CommandLineTool.daemon("--config", file.string, "--once").status == .exited(0))
        // A bad line removes nothing, so that y still comes from the version before.
        try drop("d.jsonl", "{\"id\":\"x\",\"text\":\"the crane was sold\"}\nbad\n")
        try drop("old.md", "The boats left.")
        _ = try await CommandLineTool.daemon("--config", file.string, "--once")
        let replaced = spool.appending("replaced")
        let day = try #require(try Directory.entries(of: replaced).first?.name)
        let past = replaced.appending("2020-02-03")
        try Directory.rename(replaced.appending(day), to: past)
        #expect(try Directory.entries(of: past).map(\.name.string) == ["d.jsonl", "old.md"])

        let dry = try await call("prune", "--older-than", "1w", "--dry-run")
        #expect(dry.text.hasPrefix("replaced/2020-02-03/old.md  "), "\(dry.text)\(dry.error)")
        #expect(try Directory.entries(of: past).count == 2)
        let outcome = try await call("prune", "--older-than", "1w", "--json")
        #expect(outcome.text.hasPrefix("{\"dry_run\":false,\"files\":1,"), "\(outcome.text)\(outcome.error)")
        #expect(outcome.text.contains("\"kept\":1"))
        #expect(try Directory.entries(of: past).map(\.name.string) == ["d.jsonl"])
        // Who names the spool alone gets the index that its daemon has named; without its page none is known.
        let page = spool.appending(".runtime").appending("status.json")
        for isKnown in [true, false] {
            if !isKnown { try Directory.removeFile(page) }
            let alone = try await CommandLineTool.search.run(["prune", "--older-than", "1w", "--spool", spool.string])
            if isKnown { #expect(alone.text.hasPrefix("Removed 0 files"), "\(alone.text)\(alone.error)") }
            if !isKnown { expectFailure(alone, 66, naming: "unknown which versions") }
            #expect(try Directory.entries(of: past).map(\.name.string) == ["d.jsonl"])
        }
        // What is no folder of a day stops nothing.
        try SpecialFiles.makeLink(to: "/", at: replaced.appending("2001-01-02"))
        let passed = try await call("prune", "--older-than", "1w", "--dry-run")
        #expect(passed.status == .exited(0))
        #expect(passed.error == "replaced/2001-01-02 is no folder, so it is none of a day: it was passed over\n")
        // What is in done/ and failed/ is of today.
        let young = try await call("prune", "--older-than", "1d", "--done", "--failed")
        #expect(young.text.hasPrefix("Removed 0 files, 0 bytes."), "\(young.text)")
        #expect(try await call("forget", "d.jsonl").status == .exited(0))
        #expect(try await call("prune", "--older-than", "1w").text.hasPrefix("Removed 1 file, "))
        #expect(!FileStatus.exists(past))
    }

    @Test func `prune of 0 days takes everything, also what came today`() async throws {
        try drop("a.md", "The harbour crane lifts the boats.")
        #expect(try await CommandLineTool.daemon("--config", file.string, "--once").status == .exited(0))
        try drop("a.md", "The crane was sold.")
        #expect(try await CommandLineTool.daemon("--config", file.string, "--once").status == .exited(0))
        #expect(try await call("prune", "--older-than", "0d").text.hasPrefix("Removed 1 file, "))
        #expect(try Directory.entries(of: spool.appending("replaced")).isEmpty)
        #expect(try await call("prune", "--older-than", "0d", "--done").text.hasPrefix("Removed 1 file, "))
        #expect(try Directory.entries(of: spool.appending("done")).isEmpty)
    }
}
