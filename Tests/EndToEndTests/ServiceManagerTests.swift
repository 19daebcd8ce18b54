import Foundation
import Platform
import Shards
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The daemon's messages to a service manager, and its reaction to the manager's signals, without systemd.
@Suite("Under a service manager", .timeLimit(.minutes(10)))
struct ServiceManagerTests {
    private let scratch: ScratchDirectory
    private let manager: NotificationSocket
    private var spool: FilePath { scratch.path.appending("spool") }
    private var claimed: FilePath { spool.appending("work").appending("claimed") }

    init() throws {
        scratch = try ScratchDirectory()
        try Directory.create(scratch.path.appending("spool").appending("inbox"))
        manager = try NotificationSocket(at: scratch.path.appending("notify"))
    }

    private func drop(_ count: Int, words: Int = 20) throws {
        for number in 0..<count {
            let text = "Text \(number). " + String(repeating: "A whale swims by the harbour. ", count: words)
            try AtomicFile.replaceVolatile(Array(text.utf8), at: spool.appending("inbox").appending("d\(number).txt"))
        }
    }

    /// The running daemon.
    private struct Running: Sendable {
        let process: Int32

        func send(_ signal: Signal) throws {
            guard kill(process, signal.rawValue) == 0 else { throw Errno(rawValue: errno) }
        }
    }

    /// Starts the daemon as the manager would, after `prefix` in the shell, and runs `body` meanwhile.
    private func withDaemon(
        _ arguments: [String] = [], after prefix: String = "",
        _ body: @escaping @Sendable (Running) async throws -> Void
    ) async throws -> TerminationStatus {
        let variables: [Environment.Key: String?] = [
            "NOTIFY_SOCKET": manager.path.string, "WATCHDOG_USEC": "2000000",
            "VECTORSPOOL_CACHE": try CommandLineTool.cache, "VECTORSPOOL_COMMIT_MAXIMUM_DELAY_SECONDS": "0.05",
            "VECTORSPOOL_RUNTIME_STATUS_SECONDS": "0.05",
        ]
        let program = [
            try CommandLineTool.daemon.path.string, "--spool", spool.string, "--model", SampleFiles.model.string,
        ]
        let line = prefix + "exec \"$0\" \"$@\""
        return try await Subprocess.run(
            .path("/bin/sh"), arguments: Arguments(["-c", line] + program + arguments),
            environment: .inherit.updating(variables), input: .none, output: .discarded, error: .discarded
        ) { execution in
            try await body(Running(process: execution.processIdentifier.value))
        }.terminationStatus
    }

    /// Waits for a message; returns all messages up to then.
    @discardableResult
    private func wait(_ condition: ([String: String]) -> Bool) async throws -> [[String: String]] {
        var all: [[String: String]] = []
        while true {
            let new = manager.messages()
            all += new
            if new.contains(where: condition) { return all }
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    @Test("ready only after the leftovers of an earlier run are put away")
    func readyAfterRecovery() async throws {
        try drop(200)
        let first = try await CommandLineTool.daemon(
            "--spool", spool.string, "--model", SampleFiles.model.string, "--once")
        #expect(first.status == .exited(0), "\(first.error)")
        // As if that run had died between its commit and the moves to done/.
        try Directory.create(claimed)
        var count = 0
        for shard in try Snapshot.open(spool.appending("index")).shards {
            var stored: [StoredDocument] = []
            try shard.reader.forEachDocument { _, document in stored.append(document) }
            for document in stored.map(\.document) {
                let name = String(decoding: document.path, as: UTF8.self)
                let done = spool.appending("done").appending(name)
                try Directory.rename(done, to: claimed.appending(document.claim + "-" + name))
                count += 1
            }
        }
        #expect(count == 200)
        let status = try await withDaemon { daemon in
            try await wait { $0["READY"] == "1" }
            #expect((try? Directory.entries(of: claimed).count) ?? 0 == 0)
            try daemon.send(.terminate)
        }
        #expect(status == .exited(0))
    }

    @Test("stopping is announced once, before anything else")
    func stopping() async throws {
        let status = try await withDaemon { daemon in
            try await wait { $0["READY"] == "1" }
            try drop(2000)
            try await wait { $0["STATUS"]?.contains("in work") ?? false }
            try daemon.send(.terminate)
        }
        #expect(status == .exited(0))
        let messages = manager.messages()
        let place = try #require(messages.firstIndex { $0["STOPPING"] == "1" })
        let ending = try #require(messages.firstIndex { $0["STATUS"]?.hasPrefix("Stop") ?? false })
        #expect(place < ending)
        #expect(messages.count { $0["STOPPING"] != nil } == 1)
        #expect(messages[place]["EXTEND_TIMEOUT_USEC"] == "8000000")
    }

    @Test("the watchdog is fed while the daemon works")
    func watchdog() async throws {
        let status = try await withDaemon { daemon in
            // Longer than a thread may be silent, so a waiting thread without a heartbeat would be noticed.
            let end = ContinuousClock.now + .seconds(3)
            while .now < end {
                let messages = try await wait { $0["WATCHDOG"] != nil }
                #expect(!messages.contains { $0["WATCHDOG"] == "trigger" })
            }
            try daemon.send(.terminate)
        }
        #expect(status == .exited(0))
    }

    @Test("a stage that hangs is reported within the watchdog's time, and one that goes on again is well")
    func hangingStage() async throws {
        let file = scratch.path.appending("vectorspool.yaml")
        try AtomicFile.replaceVolatile(Array("log:\n  level: info\n".utf8), at: file)
        let status = try await withDaemon(["--config", file.string]) { daemon in
            try await wait { $0["READY"] == "1" }
            let held = try SpecialFiles.holdBack(file)
            try daemon.send(.terminalClosed)
            try await wait { $0["RELOADING"] == "1" }
            // WatchdogTests have its limits, without a clock.
            try await wait { $0["WATCHDOG"] == "trigger" }
            try held.close()
            try await wait { $0["WATCHDOG"] == "1" }
            try daemon.send(.terminate)
        }
        #expect(status == .exited(0))
    }

    @Test("an early SIGHUP does not end the program")
    func firstHangup() async throws {
        let status = try await withDaemon { daemon in
            while !Self.takesHangup(daemon.process, "SigCgt:") { await Task.yield() }
            for _ in 0..<300 {
                try daemon.send(.terminalClosed)
                await Task.yield()
            }
            try await wait { $0["READY"] == "1" }
            try daemon.send(.terminate)
            try await wait { $0["STATUS"]?.hasPrefix("Stopped") ?? false }
        }
        #expect(status == .exited(0))
    }

    @Test("a manager that does not listen is no obstacle")
    func deafManager() async throws {
        try drop(50)
        let status = try await withDaemon(["--once"]) { _ in }
        #expect(status == .exited(0))
    }

    /// Whether SIGHUP is in one of the signal sets of the kernel.
    private static func takesHangup(_ process: Int32, _ set: String) -> Bool {
        guard let bytes = try? FileContents.read(FilePath("/proc/\(process)/status")) else { return false }
        let line = String(decoding: bytes, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(set) }
        return line.flatMap { UInt64($0.dropFirst(8), radix: 16) }.map { $0 & 1 == 1 } ?? false
    }

    @Test("SIGTERM ends it in time though a thread hangs")
    func hangingThread() async throws {
        let file = scratch.path.appending("vectorspool.yaml")
        try AtomicFile.replaceVolatile(Array("log:\n  level: info\n".utf8), at: file)
        let held = Mutex<FileDescriptor?>(nil)
        let status = try await withDaemon(["--config", file.string]) { daemon in
            try await wait { $0["READY"] == "1" }
            let file = try SpecialFiles.holdBack(file)
            held.withLock { $0 = file }
            try daemon.send(.terminalClosed)
            try await wait { $0["RELOADING"] == "1" }
            try daemon.send(.terminate)
        }
        try held.withLock { try $0?.close() }
        #expect(status == .exited(75))
    }
}
