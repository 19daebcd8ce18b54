import Foundation
import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The end of a run that drains the inbox: exit code and summary.
@Suite("vectorspoold --once", .timeLimit(.minutes(10)))
struct OnceTests {
    private let scratch: ScratchDirectory
    private var spool: FilePath { scratch.path.appending("spool") }
    private var inbox: FilePath { spool.appending("inbox") }

    init() throws {
        scratch = try ScratchDirectory()
        try Directory.create(scratch.path.appending("spool").appending("inbox"))
    }

    /// The contents of the inbox, and the end of the run.
    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        var files: [(name: String, bytes: [UInt8])] = []
        let code: Int32
        /// Text that the summary contains.
        let summary: String
    }

    private static let good: (name: String, bytes: [UInt8]) = ("good.txt", Array("A whale in the sea.\n".utf8))
    private static let line = #"{"id":1,"text":"a whale"}"# + "\n"

    static let cases = [
        Case(testDescription: "an empty inbox", code: 0, summary: "indexed 0 files"),
        Case(testDescription: "all taken", files: [good], code: 0, summary: "failed 0 files\n"),
        Case(
            testDescription: "a bad file", files: [good, ("bad.txt", [0x61, 0xFF])], code: 65,
            summary: "failed 1 files\n"),
        Case(
            testDescription: "a bad line", files: [good, ("lines.jsonl", Array((line + "{\n").utf8))], code: 65,
            summary: "failed 0 files and 1 lines\n"),
        Case(
            testDescription: "a name that says nothing", files: [good, ("x.exe", [0x61])], code: 65,
            summary: "failed 1 files\n"),
    ]

    /// Runs with ranges, because a few words are too little to make them from.
    private func run() async throws -> CommandLineTool.Outcome {
        let ranges = scratch.path.appending("ranges.npy")
        let ones = Array(repeating: Float(1), count: 40)
        try AtomicFile.replaceVolatile(SampleFiles.array([ones.map { -$0 }, ones]), at: ranges)
        return try await CommandLineTool.daemon(
            "--spool", spool.string, "--model", SampleFiles.model.string, "--ranges", ranges.string, "--once")
    }

    @Test("a file that waits in work/ for company to make ranges from is not indexed, and the exit code says so")
    func waitingForCompany() async throws {
        try AtomicFile.replaceVolatile(Self.good.bytes, at: inbox.appending("good.txt"))
        let outcome = try await CommandLineTool.daemon(
            "--spool", spool.string, "--model", SampleFiles.model.string, "--once")
        #expect(outcome.status == .exited(75), "\(outcome.text)")
        #expect(outcome.text.contains("left in work/ for the next start: 1 files\n"), "\(outcome.text)")
        #expect(outcome.text.contains("--ranges"), "\(outcome.text)")
        try AtomicFile.replaceVolatile(Array("Trains leave at noon.".utf8), at: inbox.appending("more.txt"))
        let next = try await CommandLineTool.daemon(
            "--spool", spool.string, "--model", SampleFiles.model.string, "--once")
        #expect(next.status == .exited(0), "\(next.text)")
    }

    @Test("folders and pages have their intended modes under any umask")
    func modes() async throws {
        let spool = scratch.path.appending("other")
        let script = "umask 077; exec \"$0\" \"$@\""
        let result = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: Arguments([
                "-c", script, try CommandLineTool.daemon.path.string, "--spool", spool.string, "--model",
                SampleFiles.model.string, "--once",
            ]), environment: .inherit.updating(["VECTORSPOOL_CACHE": try CommandLineTool.cache]),
            output: .discarded, error: .string(limit: 1 << 16))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        let modes: [(String, UInt32)] = [
            ("", 0o755), ("inbox", 0o755), ("work", 0o700), ("failed", 0o750), ("done", 0o750), (".runtime", 0o755),
            (".runtime/status.json", 0o640), (".runtime/metrics.prom", 0o644),
        ]
        for (name, mode) in modes {
            let path = name.isEmpty ? spool : spool.pushing(FilePath(name))
            #expect(try FileStatus.of(path).permissions & 0o777 == mode, "\(name)")
        }
    }

    @Test("too few descriptors are reported before anything starts", arguments: [16, 40])
    func fewDescriptors(limit: Int) async throws {
        let result = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: Arguments([
                "-c", "ulimit -n \(limit); exec \"$0\" \"$@\"", try CommandLineTool.daemon.path.string, "--spool",
                spool.string, "--model", SampleFiles.model.string, "--once",
            ]), output: .discarded, error: .string(limit: 1 << 16))
        #expect(result.terminationStatus == .exited(78))
        #expect(result.standardError.contains("only \(limit) open files"), "\(result.standardError)")
    }

    @Test("case 60 exit code: it says what failed, and the summary too", arguments: cases)
    func exitCode(_ given: Case) async throws {
        for (name, bytes) in given.files { try AtomicFile.replaceVolatile(bytes, at: inbox.appending(name)) }
        let outcome = try await run()
        #expect(outcome.status == .exited(given.code), "\(outcome.error)")
        #expect(outcome.text.contains(given.summary), "\(outcome.text)")
    }

    @Test("30,000 passages of one file are one shard, and the manifests stay few")
    func fewShards() async throws {
        let lines = (0..<30_000).map { #"{"id":\#($0),"text":"note \#($0) about thing \#($0 * 7919 % 1000)"}"# + "\n" }
        try AtomicFile.replaceVolatile(Array(lines.joined().utf8), at: inbox.appending("many.jsonl"))
        let outcome = try await run()
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.text.contains("30000 documents, 30000 rows\n"), "\(outcome.text)")
        let names = try FileManager.default.contentsOfDirectory(atPath: spool.appending("index").string)
        #expect(names.count { $0.hasPrefix("shard-") } == 1, "\(names)")
        // The empty index that was created, and the commit.
        #expect(names.count { $0.hasPrefix("manifest-") } == 2, "\(names)")
    }

    @Test("a pipe and a link are left and listed, and nothing as failed")
    func special() async throws {
        try AtomicFile.replaceVolatile(Self.good.bytes, at: inbox.appending("good.txt"))
        try SpecialFiles.makePipe(at: inbox.appending("pipe.txt"))
        try SpecialFiles.makeLink(to: "/etc/passwd", at: inbox.appending("link.txt"))
        let outcome = try await run()
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.text.contains("failed 0 files\n"), "\(outcome.text)")
        #expect(outcome.text.contains("no files (links, pipes, sockets, devices): 2\n"), "\(outcome.text)")
        #expect(outcome.text.contains("    link.txt: left alone: a link"), "\(outcome.text)")
    }

    @Test("a file that is being written is listed, and nothing as failed")
    func beingWritten() async throws {
        try AtomicFile.replaceVolatile(Self.good.bytes, at: inbox.appending("good.txt"))
        let writer = try OwnedDescriptor.open(inbox.appending("open.txt"), O_WRONLY | O_CREAT)
        try writer.write(Self.good.bytes.rawSpan)
        let outcome = try await run()
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.text.contains("left in the inbox, still being written or not readable: 1\n"), "\(outcome.text)")
        #expect(FileStatus.exists(inbox.appending("open.txt")))
        _ = try writer.status()
    }

    @Test(
        "an unreadable file is listed, and nothing as failed",
        .enabled(if: CurrentProcess.user != 0 || SharedSpool.isPossible))
    func blocked() async throws {
        guard CurrentProcess.user == 0 else {
            try AtomicFile.replaceVolatile(Self.good.bytes, at: inbox.appending("closed.txt"))
            try FileManager.default.setAttributes(
                [.posixPermissions: 0], ofItemAtPath: inbox.appending("closed.txt").string)
            let outcome = try await run()
            return expectListed(outcome, "chmod u+r")
        }
        let shared = try await SharedSpool()
        _ = try await shared.drop(as: SharedSpool.neighbour, ["unreadable"], seconds: 0)
        expectListed(try await shared.once(), "chmod g+r")
    }

    private func expectListed(_ outcome: CommandLineTool.Outcome, _ remedy: String) {
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.text.contains("still being written or not readable: 1\n"), "\(outcome.text)")
        #expect(outcome.error.contains(remedy), "\(outcome.error)")
    }

    @Test(
        "case 60 exit code: SIGTERM in a long backlog ends with 75 and says what is left, also when something failed",
        arguments: [false, true])
    func terminated(failing: Bool) async throws {
        if failing { try AtomicFile.replaceVolatile([0xFF], at: inbox.appending("0.txt")) }
        for number in 0..<3000 {
            let text = "Text \(number). " + String(repeating: "A whale swims by the harbour. ", count: 200)
            try AtomicFile.replaceVolatile(Array(text.utf8), at: inbox.appending("d\(number).txt"))
        }
        let failed = spool.appending("failed").appending("0.txt")
        let arguments = ["--spool", spool.string, "--model", SampleFiles.model.string, "--once"]
        let claimed = spool.appending("work").appending("claimed")
        let result = try await Subprocess.run(
            .path(CommandLineTool.daemon.path), arguments: Arguments(arguments),
            environment: .inherit.updating(["VECTORSPOOL_CACHE": try CommandLineTool.cache]), input: .none,
            output: .string(limit: 1 << 16), error: .discarded
        ) { execution in
            // More than one, of which the first may be committed before the signal comes.
            while failing ? !FileStatus.exists(failed) : ((try? Directory.entries(of: claimed).count) ?? 0) < 20 {
                try await Task.sleep(for: .milliseconds(2))
            }
            try execution.send(signal: .terminate)
        }
        #expect(result.terminationStatus == .exited(75))
        #expect(result.standardOutput.contains("interrupted before the inbox was empty"))
        // What was claimed may all be committed before the daemon sees the signal: then there is nothing to report.
        let left = try Directory.entries(of: claimed).count
        let line = left == 0 ? "left in work/" : "left in work/ for the next start: \(left) files\n"
        #expect(result.standardOutput.contains(line) == (left > 0), "\(left): \(result.standardOutput)")
    }
}
