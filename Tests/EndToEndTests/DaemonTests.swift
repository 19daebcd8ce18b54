import Foundation
import Platform
import Shards
import Subprocess
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The real daemon with the real model, from outside.
@Suite(.serialized) struct DaemonTests {
    let scratch: ScratchDirectory
    let executable: FilePath
    var spool: FilePath { scratch.path.appending("spool") }
    var inbox: FilePath { spool.appending("inbox") }

    init() throws {
        scratch = try ScratchDirectory()
        executable = try #require(DaemonProcess.executable, "build first: the daemon is not beside the tests")
        try #require(FileStatus.exists(DaemonProcess.model), "the model is not there: run 'make setup'")
        try Directory.create(scratch.path.appending("spool").appending("inbox"))
        try Directory.create(scratch.path.appending("outside"))
    }

    /// Drops a file by rename, as a careful producer does.
    func drop(_ name: String, _ text: String) throws {
        let temporary = scratch.path.appending("outside").appending(name)
        try AtomicFile.replaceVolatile(Array(text.utf8), at: temporary)
        try Directory.rename(temporary, to: inbox.appending(name))
    }

    /// The first words of every live document, by path; a duplicate is marked.
    func documents() throws -> [String: String] {
        var found: [String: String] = [:]
        let snapshot = try Snapshot.open(spool.appending("index"))
        for shard in snapshot.shards {
            var stored: [StoredDocument] = []
            try shard.reader.forEachDocument { _, document in stored.append(document) }
            for document in stored where shard.isLive(document.rows.lowerBound) {
                let path = String(decoding: document.document.path, as: UTF8.self)
                let first = try shard.reader.text(of: shard.reader.passage(ofRow: document.rows.lowerBound))
                found[path] = found[path].map { _ in "TWICE" } ?? String(decoding: first, as: UTF8.self)
            }
        }
        return found
    }

    func waitForStatus(_ condition: (String) -> Bool) async throws {
        let page = spool.appending(".runtime").appending("status.json")
        while true {
            let text = (try? FileContents.read(page)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            if condition(text) { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The visible names in a folder of the spool; the daemon's own files are hidden.
    func entriesOfOthers(in folder: String) throws -> [Directory.Entry] {
        try Directory.entries(of: spool.appending(folder)).filter { !$0.name.string.hasPrefix(".") }
    }

    static func text(_ number: Int, version: Int) -> String {
        let topics = [
            "the harbour at dawn", "a recipe for rye bread", "the orbit of Jupiter", "an index of old maps",
            "the sound of trains", "winter in the mountains", "how bees find their way", "a letter to a friend",
        ]
        let sentence = "Document \(number), version \(version), is about \(topics[number % topics.count])."
        return Array(repeating: sentence, count: 1 + number % 5).joined(separator: " ")
    }

    @Test(.timeLimit(.minutes(10))) func onceDrainsTheInbox() async throws {
        for number in 0..<5 { try drop("d\(number).txt", Self.text(number, version: 1)) }
        try AtomicFile.replaceVolatile([0x61, 0xFF], at: inbox.appending("bad.txt"))
        let outcome = try await DaemonProcess.run(
            executable, ["--spool", spool.string, "--once"])
        #expect(outcome.status == .exited(65), "\(outcome.errors)")
        #expect(outcome.output.hasPrefix("indexed 5 files: 5 documents, 5 passages,"), "\(outcome.output)")
        #expect(outcome.output.contains("failed 1 files"))
        #expect(try documents().count == 5)
        #expect(FileStatus.exists(spool.appending("failed").appending("bad.txt.vectorspool-error.json")))
    }

    @Test(.timeLimit(.minutes(10))) func whatIsInFlightOutlivesTermination() async throws {
        let spool = spool
        let status = try await DaemonProcess.run(
            executable, ["--spool", spool.string], endingWith: .terminate
        ) {
            try await waitForStatus { $0.contains("\"state\" : \"ready\"") }
            for number in 0..<8 { try drop("d\(number).txt", Self.text(number, version: 1)) }
            try await waitForStatus { !$0.contains("\"in_work\" : 0,") || $0.contains("\"documents\" : 8,") }
        }
        #expect(status == .exited(0))
        // On a busy machine the time for a stop may be over before all of it is encoded; the next run does the rest.
        let outcome = try await DaemonProcess.run(executable, ["--spool", spool.string, "--once"])
        #expect(outcome.status == .exited(0), "\(outcome.errors)")
        #expect(try entriesOfOthers(in: "work").isEmpty)
        #expect(try Directory.entries(of: spool.appending("done")).count == 8)
        #expect(try documents().count == 8)
    }

    @Test(.timeLimit(.minutes(10))) func secondDaemonIsTurnedAway() async throws {
        let executable = executable
        let spool = spool
        let second = Mutex<DaemonProcess.Outcome?>(nil)
        _ = try await DaemonProcess.run(executable, ["--spool", spool.string], endingWith: .kill) {
            try await waitForStatus { $0.contains("\"state\" : \"ready\"") }
            let outcome = try await DaemonProcess.run(executable, ["--spool", spool.string, "--once"])
            second.withLock { $0 = outcome }
        }
        let outcome = try #require(second.withLock { $0 })
        #expect(outcome.status == .exited(75))
        #expect(outcome.errors.contains("another daemon works on"), "\(outcome.errors)")
    }

    @Test(arguments: [
        (["--spool", "/proc/nothing", "--once"], Int32(73), "the spool cannot be used"),
        (["--config", "/nowhere.yaml"], 78, "/nowhere.yaml"),
        (["--spool", "/tmp", "--check-config"], 0, ""),
        (["--spool", "/tmp", "--model", "/nowhere", "--check-config"], 78, "/nowhere"),
        (["--spool", "/tmp", "--ranges", "/nowhere.npy", "--check-config"], 78, "/nowhere.npy"),
        (["--nonsense"], 64, "nonsense"),
    ])
    func exitCodes(arguments: [String], code: Int32, message: String) async throws {
        let outcome = try await DaemonProcess.run(executable, arguments)
        #expect(outcome.status == .exited(code), "\(outcome.errors)")
        #expect(message.isEmpty || outcome.errors.contains(message), "\(outcome.errors)")
    }

    /// Kills the daemon 50 times at random moments while files arrive, some of them new versions of old ones.
    @Test(.timeLimit(.minutes(10))) func fiftyDeathsLeaveEachDocumentOnce() async throws {
        let seed = UInt64.random(in: 1...1_000_000)
        print("seed of the deaths: \(seed)")
        var generator = SeededGenerator(seed: seed)
        var versions: [Int: Int] = [:]
        var startUp = Duration.seconds(2)
        for death in 0..<50 {
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let number = Int.random(in: 0..<60, using: &generator)
                versions[number, default: 0] += 1
                try drop("d\(number).txt", Self.text(number, version: versions[number] ?? 0))
            }
            let begin = ContinuousClock.now
            // Some die while they start, most while they work.
            let isEarly = death > 0 && Int.random(in: 0..<4, using: &generator) == 0
            let share = Double.random(in: 0...1, using: &generator)
            let pause: Duration = isEarly ? startUp * share : .milliseconds(400) * share
            Directory.removeIfPresent(spool.appending(".runtime").appending("status.json"))
            let status = try await DaemonProcess.run(executable, ["--spool", spool.string], endingWith: .kill) {
                if !isEarly { try await waitForStatus { $0.contains("\"state\" : \"ready\"") } }
                try await Task.sleep(for: pause)
            }
            if death == 0 { startUp = begin.duration(to: .now) }
            #expect(status == .signaled(9), "\(generator)")
        }
        let outcome = try await DaemonProcess.run(executable, ["--spool", spool.string, "--once"])
        #expect(outcome.status == .exited(0), "\(outcome.errors)")
        let documents = try documents()
        #expect(documents.count == versions.count, "\(generator)")
        for (number, version) in versions {
            let expected = Self.text(number, version: version)
            #expect(documents["d\(number).txt"] == expected, "\(generator): d\(number).txt")
        }
        #expect(try entriesOfOthers(in: "work").isEmpty, "\(generator)")
        #expect(try Directory.entries(of: spool.appending("failed")).isEmpty, "\(generator)")
    }
}
