import Foundation
import Platform
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The commands that control a daemon through files, with the daemon up and down.
@Suite("Controlling the daemon", .timeLimit(.minutes(10)))
struct CommandLineControlTests {
    private let scratch: ScratchDirectory
    private var spool: FilePath { scratch.path.appending("spool") }
    private var inbox: FilePath { spool.appending("inbox") }
    private var file: FilePath { scratch.path.appending("vectorspool.yaml") }
    private let ranges: FilePath

    init() throws {
        scratch = try ScratchDirectory()
        ranges = scratch.path.appending("ranges.npy")
        let ones = Array(repeating: Float(1), count: 40)
        try AtomicFile.replaceVolatile(SampleFiles.array([ones.map { -$0 }, ones]), at: ranges)
        try configure("")
    }

    private func configure(_ more: String) throws {
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
            \(more)
            """
        try AtomicFile.replaceVolatile(Array(text.utf8), at: file)
    }

    private func drop(_ name: String, _ text: String = "The whale swam into the deep of the sea.\n") throws {
        let outside = scratch.path.appending("dropping-" + name)
        try AtomicFile.replaceVolatile(Array(text.utf8), at: outside)
        try Directory.rename(outside, to: inbox.appending(name))
    }

    private func call(_ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.search.run(arguments + ["--config", file.string])
    }

    private func status() async throws -> String {
        let outcome = try await call("status", "--json")
        return outcome.text
    }

    private func waitForStatus(_ parts: String...) async throws {
        while true {
            let text = try await status()
            if parts.allSatisfy(text.contains) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Runs the daemon while `body` runs.
    private func withDaemon(
        endingWith signal: Signal = .terminate, _ body: @escaping @Sendable () async throws -> Void
    ) async throws -> TerminationStatus {
        try await DaemonProcess.run(
            try CommandLineTool.daemon.path, ["--config", file.string],
            environment: .inherit.updating(["VECTORSPOOL_CACHE": try CommandLineTool.cache]), endingWith: signal
        ) {
            try await waitForStatus("\"state\":\"", "\"alive\":true", "\"is_recovered\":true")
            try await body()
        }
    }

    @Test func `a pause finishes what is in work, takes nothing new, and outlives the daemon`() async throws {
        let first = try await withDaemon {
            #expect(try await call("pause").text == "Paused. Nothing is in work.\n")
            try drop("a.txt")
            try await waitForStatus("\"queued\":1")
            let shown = try await call("status")
            #expect(shown.text.hasPrefix("Paused by "))
            #expect(shown.text.contains("; vectorspool resume · 1 queued · "))
            let explained = try await call("explain", "a.txt").text
            #expect(explained.hasPrefix("a.txt: waits in the inbox: the daemon is paused by "), "\(explained)")
            #expect(try await call("pause").text.hasPrefix("Already paused by "))
            let flush = try await call("flush", "--wait")
            expectFailure(flush, 75, naming: "paused by", "vectorspool resume")
        }
        #expect(first == .exited(0))
        let once = try await CommandLineTool.daemon("--config", file.string, "--once")
        #expect(once.status == .exited(75), "\(once.error)")
        #expect(once.text.contains("paused by"))
        let second = try await withDaemon {
            try await waitForStatus("\"state\":\"held\"", "\"queued\":1")
            #expect(FileStatus.exists(inbox.appending("a.txt")))
            #expect(try await call("resume").text == "Resumed.\n")
            try await waitForStatus("\"documents\":1", "\"state\":\"ready\"")
            #expect(try await call("resume").text == "Not paused.\n")
        }
        #expect(second == .exited(0))
    }

    @Test func `pause and resume need no daemon, but a spool`() async throws {
        expectFailure(try await call("pause"), 66, naming: "requests")
        try Directory.create(spool.appending("requests"))
        let paused = try await call("pause")
        #expect(paused.text.hasPrefix("Paused. No daemon runs now"))
        #expect(FileStatus.exists(spool.appending("requests").appending("pause")))
        #expect(try await call("resume").text.hasPrefix("Resumed."))
        #expect(try Directory.entries(of: spool.appending("requests")).isEmpty)
    }

    @Test func `reload says what became of it`() async throws {
        expectFailure(try await call("reload"), 75, naming: "no daemon works on")
        let status = try await withDaemon {
            #expect(try await call("reload").text == "The configuration has been read again.\n")
            try configure("log:\n  level: warning\n  format: json\n")
            let later = try await call("reload")
            #expect(later.text == "The configuration has been read again.\nA restart is needed for: log.format\n")
            try configure("log:\n  levl: warning\n")
            expectFailure(try await call("reload"), 78, naming: "vectorspool.yaml:15", "log.levl", "log.level")
            // The daemon has not heard of it.
            #expect(try await !self.status().contains("levl"))
            // The file that the daemon reads counts, also where the command finds another one.
            let other = try await CommandLineTool.search.run(["reload", "--spool", spool.string])
            expectFailure(other, 78, naming: "vectorspool.yaml:15")
        }
        #expect(status == .exited(0))
        try configure("")
        expectFailure(try await call("reload"), 75, naming: "no daemon works on")
    }

    @Test(arguments: ["a folder", "a pipe"])
    func `a configuration that is no file is refused, by the command and by the daemon`(kind: String) async throws {
        let status = try await withDaemon {
            try Directory.rename(file, to: scratch.path.appending("old.yaml"))
            if kind == "a pipe" { try SpecialFiles.makePipe(at: file) } else { try Directory.create(file) }
            expectFailure(try await call("reload"), 78, naming: "\(file) is \(kind), and a file is needed")
            let page = try await CommandLineTool.search.run(["status", "--json", "--spool", spool.string]).text
            let process = try #require(page.firstMatch(of: /"process":(\d+)/).flatMap { Int32($0.1) })
            #expect(kill(process, SIGHUP) == 0)
            while true {
                let shown = try await CommandLineTool.search.run(["status", "--spool", spool.string])
                if shown.text.contains("the new configuration was refused: ") {
                    #expect(shown.text.contains("\(file) is \(kind), and a file is needed"), "\(shown.text)")
                    break
                }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
        #expect(status == .exited(0))
    }

    @Test func `a page of a killed daemon is never today's, and nobody else is signalled`() async throws {
        let status = try await withDaemon(endingWith: .kill) {}
        #expect(status == .signaled(9))
        let shown = try await call("status")
        #expect(shown.status == .exited(0))
        #expect(shown.text.hasPrefix("Not running: process "))
        #expect(try await self.status().contains("\"alive\":false"))
        // As if the number had been given to another process: this one.
        let page = spool.appending(".runtime").appending("status.json")
        let old = String(decoding: try FileContents.read(page), as: UTF8.self)
        let lines = old.split(separator: "\n").map { line in
            line.contains("\"process\" :") ? "  \"process\" : \(ProcessTable.current)," : String(line)
        }
        try AtomicFile.replaceVolatile(Array(lines.joined(separator: "\n").utf8), at: page)
        #expect(try await self.status().contains("\"alive\":false"))
        for command in [["reload"], ["flush", "--wait"]] {
            let outcome = try await CommandLineTool.search.run(command + ["--config", file.string])
            expectFailure(outcome, 75, naming: "no daemon works on")
        }
    }

    @Test func `flush waits for what was dropped before, and for nothing else`() async throws {
        let status = try await withDaemon {
            // Ignored and not readable.
            try drop("notes.txt.part")
            for round in 0..<5 {
                for number in 0..<20 {
                    try drop("\(round)-\(number).txt", "Round \(round), number \(number), at sea.\n")
                }
                let flushed = try await call("flush", "--wait", "--json")
                #expect(flushed.status == .exited(0), "\(flushed.error)")
                #expect(flushed.text.contains("\"documents\":\((round + 1) * 20),"), "\(flushed.text)")
                let status = try await self.status()
                #expect(status.contains("\"in_work\":0"))
            }
            try drop("bad.jsonl", "{\n")
            let failed = try await call("flush", "--wait")
            #expect(failed.status == .exited(0))
            #expect(failed.text.hasPrefix("Committed: generation "))
            #expect(failed.error.contains("failed: bad.jsonl: "), "\(failed.error)")
            #expect(FileStatus.exists(spool.appending("failed").appending("bad.jsonl")))
            try drop("bad.jsonl", "{\"id\":1,\"text\":\"Mended.\"}\n")
            let mended = try await call("flush", "--wait")
            #expect(mended.status == .exited(0))
            #expect(mended.error == "", "\(mended.error)")
            // Of what is handed over only that which fails is named.
            let outside = scratch.path.appending("notes")
            try Directory.create(outside)
            for (name, text) in [
                ("good.txt", "Good."), ("bad.jsonl", "["), ("half.jsonl", "{\"id\":1,\"text\":\"x\"}\n{"),
            ] {
                try AtomicFile.replaceVolatile(Array(text.utf8), at: outside.appending(name))
            }
            let dropped = try await call("drop", "--wait", outside.string)
            expectFailure(dropped, 65, naming: "failed: notes/bad.jsonl: ", "failed: notes/half.jsonl: 1 of 2 lines")
            #expect(!dropped.error.contains("good.txt"))
            #expect(dropped.text.hasSuffix("Committed, but for 2 files.\n"), "\(dropped.text)")
            #expect(try Directory.entries(of: spool.appending("requests")).isEmpty)
        }
        #expect(status == .exited(0))
    }

    @Test func `flush tells of what failed before the daemon was started again`() async throws {
        try Directory.create(spool)
        try Directory.create(inbox)
        try drop("bad.jsonl", "{\n")
        try drop("good.txt")
        let once = try await CommandLineTool.daemon("--config", file.string, "--once")
        #expect(once.status == .exited(65), "\(once.error)")
        let status = try await withDaemon {
            for _ in 0..<2 {
                // On a busy machine the start may have taken more than the minute that is looked back.
                let report = spool.pushing("failed/bad.jsonl.vectorspool-error.json")
                try OwnedDescriptor.open(report, OpenFlags.document).setModified(RealTime.now.nanoseconds)
                let flushed = try await call("flush", "--wait")
                #expect(flushed.error.components(separatedBy: "failed: bad.jsonl: ").count == 2, "\(flushed.error)")
            }
        }
        #expect(status == .exited(0))
    }

    @Test func `flush gives up after its time, and leaves nothing`() async throws {
        expectFailure(try await call("flush"), 64, naming: "--wait")
        expectFailure(try await call("flush", "--wait", "--timeout", "0"), 64, naming: "--timeout")
        let status = try await withDaemon {
            // A writer that does not come to its end.
            let path = inbox.appending("open.txt")
            let open = try FileDescriptor.open(path, .writeOnly, options: [.create], permissions: .ownerReadWrite)
            defer { try? open.close() }
            try open.writeAll(Array("half".utf8))
            let outcome = try await call("flush", "--wait", "--timeout", "1")
            expectFailure(outcome, 75, naming: "not everything is committed after 1.0 s")
            #expect(!outcome.error.contains("waiting"), "\(outcome.error)")
            // Who waits for longer hears once what for.
            let patient = try await call("flush", "--wait", "--timeout", "4")
            expectFailure(patient, 75, naming: "waiting for open.txt: ", "not everything is committed after 4.0 s")
            #expect(patient.error.split(separator: "\n").count == 2, "\(patient.error)")
            #expect(try Directory.entries(of: spool.appending("requests")).isEmpty)
        }
        #expect(status == .exited(0))
    }

    /// What a machine that runs tests may lack.
    private func isOfTheMachine(_ line: Substring) -> Bool {
        ["unit", "kernel", "space", "disks"].contains { line.contains($0) }
    }

    @Test func `the doctor finds what is wrong, and nothing where all is well`() async throws {
        let down = try await call("doctor")
        #expect(down.status == .exited(65))
        #expect(down.text.contains("start the daemon"))
        let status = try await withDaemon {
            try await call("pause").expectSuccess()
            let paused = try await call("doctor", "--json")
            #expect(paused.status == .exited(65), "\(paused.text)")
            let findings = paused.lines.filter { $0.contains("\"ok\":false") && !isOfTheMachine($0) }
            #expect(findings.count == 1 && findings[0].contains("vectorspool resume"), "\(findings)")
            try await call("resume").expectSuccess()
            try await waitForStatus("\"state\":\"ready\"")
            let well = try await call("doctor")
            #expect(
                well.lines.allSatisfy { $0.hasPrefix("ok ") || $0.hasPrefix(" ") || isOfTheMachine($0) }, "\(well.text)"
            )
        }
        #expect(status == .exited(0))
        try configure("log:\n  levl: warning\n")
        let wrong = try await call("doctor")
        #expect(wrong.status == .exited(65))
        #expect(wrong.text.contains("vectorspool.yaml:15"))
    }
}

extension CommandLineTool.Outcome {
    fileprivate func expectSuccess() { #expect(status == .exited(0), "\(error)") }
}
