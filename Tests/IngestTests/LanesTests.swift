import Encoding
import Identity
import Ingest
import IngestSupport
import Platform
import Spool
import Synchronization
import SystemPackage
import Testing

/// Small files do not wait for large ones, and versions of one file keep their order all the same.
@Suite(.timeLimit(.minutes(10))) struct LanesTests {
    private static let novel = Array(String(repeating: "whale ", count: 12_000).utf8)

    private func waits(until condition: @escaping @Sendable () -> Bool, atMost: Duration = .seconds(50)) async {
        let end = ContinuousClock.now + atMost
        while !condition(), ContinuousClock.now < end { await Task.yield() }
    }

    /// Drops a note, and runs with a model that encodes nothing large before the note is found or the time is over.
    private func runWithNote(_ harness: SpoolHarness) async throws -> SpoolStatus {
        let seen = Mutex<[String]>([])
        let model = StubPassageEncoder { lane in
            guard lane == .bulk else { return }
            await waits { (try? harness.documents().keys.contains("note.txt")) ?? false }
            seen.withLock { seen in
                if seen.isEmpty { seen = Array(((try? harness.documents()) ?? [:]).keys) }
            }
        }
        try harness.drop("note.txt", "two lines")
        let status = try await harness.run(model: model)
        #expect(seen.withLock { $0 } == ["note.txt"])
        return status
    }

    @Test("a note is searchable while the novel before it is being encoded", arguments: ["a.txt", "a.txt.zst"])
    func noteBehindNovel(name: String) async throws {
        let harness = try SpoolHarness()
        var bytes = Self.novel
        if name.hasSuffix(".zst") {
            var compressor = try ZstandardCompressor()
            bytes = try compressor.compress(bytes.rawSpan)
            #expect(bytes.count < 1000)
        }
        try harness.drop(FilePath(name), bytes)
        let status = try await runWithNote(harness)
        #expect(try Set(harness.documents().keys) == [name, "note.txt"])
        #expect(status.doneFiles == 2)
    }

    @Test("a small version behind a large one of the same file is the one that stays")
    func versionsKeepTheirOrder() async throws {
        let harness = try SpoolHarness()
        let death = Failpoints { if $0 == .beforeShard { throw SpoolHarness.Death() } }
        for bytes in [Self.novel, Array("new".utf8)] {
            try harness.drop("a", bytes)
            await #expect(throws: SpoolHarness.Death.self) { try await harness.run(death) }
        }
        let model = StubPassageEncoder { lane in
            // Time enough to be overtaken.
            if lane == .bulk { await waits(until: { (try? harness.documents()["a"]) != nil }, atMost: .seconds(1)) }
        }
        _ = try await harness.run(model: model)
        #expect(try harness.documents() == ["a": "new"])
        #expect(try FileContents.read(harness.spool.done.appending("a")) == Array("new".utf8))
        #expect(try harness.files(in: harness.spool.replaced) == ["a"])
    }

    /// Writes the record as a run that died with a large file open leaves it.
    private func suspectLarge(_ name: FilePath, attempt: Int, in harness: SpoolHarness) throws {
        let claim = try #require(try harness.opened.leftoverClaims().claims.first { $0.relativePath == name })
        let line = "\(claim.name.text) \(attempt) \(BootIdentifier.current)\n"
        let record = Array(repeating: UInt8(ascii: " "), count: 128) + Array(line.utf8)
        try AtomicFile.replaceVolatile(record, at: harness.spool.work.appending(".attempt"))
    }

    @Test("after one crash a note does not wait for the novel that was open")
    func noteBesideSuspect() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a", Self.novel)
        let death = Failpoints { if $0 == .beforeShard { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(death) }
        try suspectLarge("a", attempt: 1, in: harness)
        let status = try await runWithNote(harness)
        #expect(try Set(harness.documents().keys) == ["a", "note.txt"])
        #expect(status.alone == nil)
    }

    @Test("after two crashes the novel is tried alone, and the status says so")
    func lastTryAlone() async throws {
        let harness = try SpoolHarness()
        try harness.drop("z", "an index")
        _ = try await harness.run()
        try harness.drop("a", Self.novel)
        let death = Failpoints { if $0 == .beforeShard { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(death) }
        try suspectLarge("a", attempt: 2, in: harness)
        try harness.drop("note.txt", "two lines")
        let board = Mutex<StatusBoard?>(nil)
        let seen = Mutex<(alone: SpoolStatus.Alone?, claims: [String])?>(nil)
        let model = StubPassageEncoder { lane in
            guard lane == .bulk else { return }
            seen.withLock { $0 = $0 ?? (board.withLock { $0 }?.status.alone, (try? harness.claims()) ?? []) }
        }
        let status = try await harness.run(model: model, observe: { known in board.withLock { $0 = known } })
        let moment = try #require(seen.withLock { $0 })
        #expect(moment.claims == ["a"])
        #expect(moment.alone == SpoolStatus.Alone(path: "a", deaths: 2))
        #expect(status.alone == nil)
        #expect(try Set(harness.documents().keys) == ["a", "note.txt", "z"])
    }

    @Test("a large file that was open at three crashes is the cause of them", arguments: [2, 3])
    func largeSuspect(attempt: Int) async throws {
        let harness = try SpoolHarness()
        try harness.drop("a", Self.novel)
        try harness.drop("b", "one")
        let death = Failpoints { if $0 == .beforeShard { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(death) }
        try suspectLarge("a", attempt: attempt, in: harness)
        _ = try await harness.run()
        #expect(try Set(harness.documents().keys) == (attempt < 3 ? ["a", "b"] : ["b"]))
        #expect(harness.report("a")?.code == (attempt < 3 ? nil : "E_POISON"))
    }

    @Test func mendedLinesNeitherOvertakeTheirFileNorAreOvertaken() {
        let files = FilesInFlight()
        files.enter([1], .bulk)
        #expect(!files.join([1], .brief), "a version of it is in the bulk lane, so it goes there")
        files.leave([1], .bulk)
        #expect(files.lane(of: [1]) == .bulk, "a later version follows it")
        files.leaveJoined([1], .bulk)
        #expect(files.lane(of: [1]) == nil)
        files.enter([1], .brief)
        #expect(!files.join([1], .bulk))
        #expect(files.isBrief([1]), "it waits for the version in the other lane")
        files.leave([1], .brief)
        #expect(!files.isBrief([1]))
        files.leaveJoined([1], .bulk)
        #expect(files.join([1], .brief))
        files.moveToBulk([1])
        #expect(files.count(.bulk) == 1)
    }

    @Test func theQueueOfLargeFilesIsBounded() async throws {
        let harness = try SpoolHarness()
        try harness.drop("a", "one")
        let death = Failpoints { if $0 == .afterClaim { throw SpoolHarness.Death() } }
        await #expect(throws: SpoolHarness.Death.self) { try await harness.run(death) }
        let file = try #require(try harness.opened.leftoverClaims().claims.first)
        let queue = BulkQueue(capacity: 2)
        queue.add(BulkQueue.Entry(file))
        #expect(queue.hasRoom)
        queue.add(BulkQueue.Entry(file, attempt: 2))
        #expect(!queue.hasRoom)
        queue.finish()
        #expect(await queue.next()?.attempt == 1)
        #expect(await queue.next()?.attempt == 2)
        #expect(await queue.next() == nil)
    }
}
