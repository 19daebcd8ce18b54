import Indexing
import Ingest
import Platform
import Quantization
import Shards
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Single calls that fail where it once mattered most; `Tests/Faults` lets every call fail.
///
/// One after another: some hundred spools at a time would leave no descriptor below 1024 for the tests of inotify, whose library
/// needs one.
@Suite("A fault of the system", .serialized, .timeLimit(.minutes(10)))
struct SystemFaultTests {
    static let errors: [Errno] = [.tooManyOpenFiles, .noMemory, .noSpace, .ioError]

    /// Says once, of the calls that it is asked about, that this one fails.
    final class Once: Sendable {
        private let left: Mutex<Int>

        init(_ times: Int = 1) {
            left = Mutex(times)
        }

        /// Whether the fault has come.
        var hasCome: Bool { left.withLock { $0 <= 0 } }

        func effect(_ error: Errno, when isMeant: Bool) -> FaultPlan.Effect {
            guard isMeant else { return .none }
            return left.withLock { left in
                left -= 1
                return left >= 0 ? .fail(error) : .none
            }
        }
    }

    /// Runs with one file in the inbox and a plan in force, and expects it in the index, once and whole.
    func expectOneCommit(
        _ harness: SpoolHarness, _ plan: FaultPlan, _ failpoints: Failpoints = .none, at line: SourceLocation
    ) async throws {
        try harness.drop("a.txt", "one two three")
        plan.arm()
        defer { plan.disarm() }
        let status = try await harness.run(failpoints)
        plan.disarm()
        #expect(status.failedFiles == 0, sourceLocation: line)
        #expect(try harness.documents() == ["a.txt": "one two three"], sourceLocation: line)
        #expect(try harness.files(in: harness.spool.done) == ["a.txt"], sourceLocation: line)
        #expect(try harness.files(in: harness.spool.failed) == [], sourceLocation: line)
        let report = try IndexVerifier.verify(harness.index)
        #expect(report.findings == [], sourceLocation: line)
        #expect(report.orphans == [], "a shard that is written is used again", sourceLocation: line)
        #expect(report.generation == 2, "one commit is one generation", sourceLocation: line)
    }

    @Test("an fsync of the index directory fails after the manifest's rename", arguments: errors)
    func durabilityUnknown(error: Errno) async throws {
        let harness = try SpoolHarness()
        let index = harness.index
        let isRenamed = Mutex(false)
        let once = Once()
        let plan = FaultPlan(below: index, of: [.rename, .synchronize]) { site, _, path in
            let name = path.lastComponent?.string ?? ""
            if site.call == .rename, name.hasPrefix(".manifest-2.json") { isRenamed.withLock { $0 = true } }
            return once.effect(
                error, when: site.call == .synchronize && path == index && isRenamed.withLock { $0 })
        }
        try await expectOneCommit(harness, plan, at: #_sourceLocation)
        #expect(once.hasCome)
    }

    @Test("nobody can tell whether the manifest has been given its name", arguments: errors, [false, true])
    func doubtfulCommit(error: Errno, hasHappened: Bool) async throws {
        let harness = try SpoolHarness()
        let index = harness.index
        let failures = Mutex(0)
        let plan = FaultPlan(below: index, of: [.rename, .status, .open]) { site, _, path in
            let name = path.lastComponent?.string ?? ""
            return failures.withLock { failures in
                let isRename = site.call == .rename && name.hasPrefix(".manifest-2.json")
                guard isRename ? failures == 0 : name == "manifest-2.json" && (1..<3).contains(failures) else {
                    return .none
                }
                failures += 1
                return isRename && hasHappened ? .failAfterwards(error) : .fail(error)
            }
        }
        try await expectOneCommit(harness, plan, at: #_sourceLocation)
        #expect(failures.withLock { $0 } == 3)
    }

    @Test("the index folder cannot be opened any more when a commit begins", arguments: errors)
    func openOfTheIndexFolder(error: Errno) async throws {
        let harness = try SpoolHarness()
        let index = harness.index
        let isCommitting = Mutex(false)
        let plan = FaultPlan(below: index, of: [.open]) { _, _, path in
            path == index && isCommitting.withLock { $0 } ? .fail(error) : .none
        }
        let failpoints = Failpoints { point in isCommitting.withLock { $0 = point == .beforeShard || $0 } }
        try await expectOneCommit(harness, plan, failpoints, at: #_sourceLocation)
    }

    @Test("the status of a shard cannot be read at its commit", arguments: errors)
    func statusOfAShard(error: Errno) async throws {
        let harness = try SpoolHarness()
        let isWritten = Mutex(false)
        let once = Once()
        let plan = FaultPlan(below: harness.index, of: [.status]) { _, _, path in
            once.effect(error, when: path.extension == "zst" && isWritten.withLock { $0 })
        }
        let failpoints = Failpoints { point in isWritten.withLock { $0 = point == .beforeManifest || $0 } }
        try await expectOneCommit(harness, plan, failpoints, at: #_sourceLocation)
        #expect(once.hasCome)
    }

    /// The calls that read a claimed file.
    static let readings: [SystemCall] = [.read, .status, .open, .synchronize]

    @Test("a claimed file cannot be read for now", arguments: readings, errors)
    func claimedFile(call: SystemCall, error: Errno) async throws {
        let harness = try SpoolHarness()
        let isClaimed = Mutex(false)
        let once = Once()
        let spool = harness.spool.root
        let plan = FaultPlan(below: spool, of: [call]) { _, _, path in
            let name = path.lastComponent?.string ?? ""
            return once.effect(error, when: name.hasSuffix("a.txt") && isClaimed.withLock { $0 })
        }
        let failpoints = Failpoints { point in isClaimed.withLock { $0 = point == .afterClaim || $0 } }
        try await expectOneCommit(harness, plan, failpoints, at: #_sourceLocation)
        #expect(once.hasCome)
    }

    @Test("what the inbox refuses to show is waited for", arguments: [SystemCall.list, .status, .open], errors)
    func inbox(call: SystemCall, error: Errno) async throws {
        let harness = try SpoolHarness { $0.rescan = .milliseconds(20) }
        let inbox = harness.spool.inbox
        let once = Once(3)
        let plan = FaultPlan(below: inbox, of: [call]) { site, _, path in
            // The start, which opens the folder itself, is another matter.
            once.effect(error, when: site.call == .list || path != inbox)
        }
        try await expectOneCommit(harness, plan, at: #_sourceLocation)
        #expect(once.hasCome)
        #expect(try harness.files(in: inbox) == [])
    }

    @Test("what fails is on the disk before it lies in failed/, and its sidecar too")
    func failedFileIsDurable() async throws {
        let harness = try SpoolHarness()
        try harness.drop("bad.txt", [0x61, 0xFF])
        let calls = Mutex<[String]>([])
        let plan = FaultPlan(below: harness.spool.root, of: [.rename, .synchronizeFileSystem, .synchronize]) {
            site, _, path in
            calls.withLock { $0.append("\(site.call) \(path.lastComponent?.string ?? "")") }
            return .none
        }
        plan.arm()
        defer { plan.disarm() }
        _ = try await harness.run()
        plan.disarm()
        let seen = calls.withLock { $0 }
        #expect(try harness.files(in: harness.spool.failed) == ["bad.txt", "bad.txt.vectorspool-error.json"])
        // By its claim until it lies in failed/.
        let move = try #require(seen.lastIndex { $0.hasPrefix("rename ") && $0.hasSuffix("-bad.txt") }, "\(seen)")
        let synchronization = try #require(
            seen[..<move].lastIndex { $0.hasPrefix("synchronizeFileSystem ") }, "\(seen)")
        let sidecar = try #require(seen.firstIndex { $0.hasPrefix("rename ") && $0.contains("error.json") }, "\(seen)")
        #expect(sidecar < synchronization, "\(seen)")
        #expect(seen[move...].contains("synchronize failed"), "\(seen)")
    }

    @Test("the name of an input is on the disk before the index says that it is there")
    func inputsAreDurable() async throws {
        let harness = try SpoolHarness()
        try harness.drop("sub/a.txt", "one two")
        let calls = Mutex<[String]>([])
        let plan = FaultPlan(below: harness.scratch.path, of: [.rename, .synchronize]) { site, _, path in
            calls.withLock { $0.append("\(site.call) \(path.lastComponent?.string ?? "")") }
            return .none
        }
        plan.arm()
        defer { plan.disarm() }
        _ = try await harness.run()
        plan.disarm()
        let seen = calls.withLock { $0 }
        let commit = try #require(seen.firstIndex { $0.hasPrefix("rename .manifest-2") }, "\(seen)")
        let file = try #require(seen[..<commit].firstIndex { $0.hasPrefix("synchronize ") && $0.hasSuffix("-a.txt") })
        #expect(seen[file..<commit].contains("synchronize sub"), "\(seen)")
    }

    @Test("a pause is no hang: the stage that waits rests", arguments: errors)
    func pauseRests(error: Errno) async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", "one two three")
        let once = Once(5)
        let plan = FaultPlan(below: harness.index, of: [.open]) { _, _, path in
            once.effect(error, when: path.lastComponent?.string.contains("shard") == true)
        }
        let pulses = PipelinePulses()
        let beating = Mutex(0)
        let pauses = Mutex(0)
        plan.arm()
        defer { plan.disarm() }
        _ = try await harness.run(pulses: pulses) { _ in
            pauses.withLock { $0 += 1 }
            if pulses.commit.age != nil { beating.withLock { $0 += 1 } }
        }
        #expect(pauses.withLock { $0 } >= 5)
        #expect(beating.withLock { $0 } == 0)
        #expect(try harness.documents() == ["a.txt": "one two three"])
    }

    @Test(
        "one file that cannot be opened is left, and the others go on",
        arguments: [Errno.ioError, Errno(rawValue: 126)])
    func oneFileThatStaysClosed(error: Errno) async throws {
        let harness = try SpoolHarness()
        try harness.drop("bad.txt", "one")
        try harness.drop("good.txt", "two")
        let plan = FaultPlan(below: harness.spool.inbox, of: [.open]) { _, _, path in
            path.lastComponent == "bad.txt" ? .fail(error) : .none
        }
        plan.arm()
        defer { plan.disarm() }
        let status = try await harness.run()
        plan.disarm()
        #expect(try harness.documents() == ["good.txt": "two"])
        #expect(try harness.files(in: harness.spool.inbox) == ["bad.txt"])
        #expect(status.failedFiles == 0)
        _ = try await harness.run()
        #expect(try harness.documents() == ["good.txt": "two", "bad.txt": "one"])
    }

    @Test("a file that cannot be read to its end takes nothing of its older version with it")
    func cutVersion() async throws {
        let harness = try SpoolHarness()
        func lines(_ word: String, _ count: Int) -> String {
            (0..<count).map { #"{"id":"\#($0)","text":"\#(word) \#($0) \#(String(repeating: "x", count: 200))"}"# }
                .joined(separator: "\n")
        }
        let old = #"{"id":"0","text":"old"}"# + "\n" + #"{"id":"last","text":"kept"}"#
        try harness.drop("a.jsonl", old)
        _ = try await harness.run()
        try harness.drop("a.jsonl", lines("new", 8000))
        let count = Mutex(0)
        let plan = FaultPlan(below: harness.spool.root, of: [.read]) { _, _, path in
            guard path.lastComponent?.string.hasSuffix("a.jsonl") == true else { return .none }
            return count.withLock { count in
                count += 1
                return count > 3 ? .fail(.ioError) : .none
            }
        }
        plan.arm()
        defer { plan.disarm() }
        let status = try await harness.run()
        plan.disarm()
        #expect(status.failedFiles == 1)
        #expect(try harness.files(in: harness.spool.failed).contains("a.jsonl"))
        #expect(try harness.documents() == ["a.jsonl#0": "old", "a.jsonl#last": "kept"])
    }

    @Test("a file that was cut is not held for committed after a crash")
    func cutVersionAndCrash() async throws {
        let harness = try SpoolHarness()
        let line = #"{"id":"1","text":"one"}"#
        try harness.drop("a.jsonl", line + "\n" + String(repeating: " \n", count: 2 << 20) + line)
        let count = Mutex(0)
        let plan = FaultPlan(below: harness.spool.root, of: [.read]) { _, _, path in
            guard path.lastComponent?.string.hasSuffix("a.jsonl") == true else { return .none }
            return count.withLock { count in
                count += 1
                return count > 3 ? .fail(.ioError) : .none
            }
        }
        plan.arm()
        defer { plan.disarm() }
        let death = Failpoints { if $0 == .afterCommit { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(death) }
        plan.disarm()
        #expect(try harness.claims() == ["a.jsonl"])
        let status = try await harness.run()
        // It is read again, and whole this time: a line twice is a bad line.
        #expect(status.failedLines == 1)
        #expect(try harness.documents() == ["a.jsonl#1": "one"])
    }

    @Test("a sidecar that cannot be read for now is read again before it is taken away")
    func sidecarForNow() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a.txt", [0x61, 0xFF])
        _ = try await harness.run()
        #expect(try harness.files(in: harness.spool.failed) == ["a.txt", "a.txt.vectorspool-error.json"])
        try harness.drop("a.txt", "one")
        let once = Once()
        let plan = FaultPlan(below: harness.spool.root, of: [.open]) { _, _, path in
            once.effect(.tooManyOpenFiles, when: path.lastComponent?.string == "a.txt.vectorspool-error.json")
        }
        plan.arm()
        defer { plan.disarm() }
        _ = try await harness.run()
        plan.disarm()
        #expect(once.hasCome)
        #expect(try harness.files(in: harness.spool.failed) == [])
        #expect(try FileContents.read(harness.spool.done.appending("a.txt")) == Array("one".utf8))
        #expect(try harness.files(in: harness.spool.replaced) == ["a.txt"])
    }

    @Test("what stands beside a text can be too large to be stored, and then its line is at fault")
    func largeMetadata() async throws {
        let harness = try SpoolHarness()
        // In a name each DEL is written as six characters.
        var line = Array(#"{"id":"1","text":"one",""#.utf8)
        line += Array(repeating: 0x7F, count: 23 << 20)
        line += Array(("\":1}\n" + #"{"id":"2","text":"two"}"#).utf8)
        try harness.drop("a.jsonl", line)
        let status = try await harness.run()
        #expect(status.failedLines == 1)
        #expect(try harness.documents() == ["a.jsonl#2": "two"])
    }

    @Test("an inbox that stays unreadable is no empty inbox")
    func unreadableInbox() async throws {
        let harness = try SpoolHarness { $0.rescan = .milliseconds(20) }
        try harness.drop("a.txt", "one")
        let plan = FaultPlan(below: harness.spool.inbox, of: [.list]) { _, _, _ in .fail(.ioError) }
        plan.arm()
        defer { plan.disarm() }
        await #expect {
            try await harness.run(patience: .seconds(60))
        } throws: { ($0 as? IngestError)?.exitCode == 75 }
    }

    @Test("the status of a file that was just claimed is waited for", arguments: errors)
    func statusOfAClaim(error: Errno) async throws {
        let harness = try SpoolHarness()
        let once = Once(3)
        let plan = FaultPlan(below: harness.spool.claimed, of: [.status]) { _, _, path in
            once.effect(error, when: path.lastComponent?.string.hasSuffix("-a.txt") == true)
        }
        try await expectOneCommit(harness, plan, at: #_sourceLocation)
        #expect(once.hasCome)
    }

    @Test(
        "a start that cannot read is one that may be tried again", arguments: errors,
        ["ranges.npy", "left.txt", "claimed"])
    func start(error: Errno, name: String) async throws {
        let given = try ScratchDirectory()
        let ranges = given.path.appending("ranges.npy")
        try AtomicFile.replaceVolatile(
            Ranges(minima: Array(repeating: -1, count: 16), maxima: Array(repeating: 1, count: 16)).numPyFile(),
            at: ranges)
        let harness = try SpoolHarness {
            $0.indexing.precision = .int8
            $0.indexing.ranges = ranges
        }
        try harness.drop("left.txt", "one")
        let death = Failpoints { if $0 == .afterClaim { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(death) }
        let plans = [given.path, harness.spool.root].map { place in
            FaultPlan(below: place, of: [.open, .status, .read, .list]) { _, _, path in
                path.lastComponent?.string.hasSuffix(name) == true ? .fail(error) : .none
            }
        }
        for plan in plans { plan.arm() }
        defer { for plan in plans { plan.disarm() } }
        await #expect { try await harness.run() } throws: { ($0 as? any ExitCoded)?.exitCode == 73 }
        for plan in plans { plan.disarm() }
        _ = try await harness.run()
        #expect(try harness.documents() == ["left.txt": "one"])
    }
}
