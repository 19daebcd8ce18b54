import Identity
import Ingest
import Platform
import Shards
import Spool
import SystemPackage
import TestSupport
import Testing

/// Files that may be read and not moved; a plan refuses every rename out of the inbox.
@Suite("Files left in place", .timeLimit(.minutes(10)))
struct LeftInPlaceTests {
    private let harness: SpoolHarness
    private let plan: FaultPlan

    init() throws {
        harness = try SpoolHarness()
        plan = FaultPlan(below: harness.spool.inbox, of: [.rename]) { _, _, _ in .fail(.permissionDenied) }
    }

    private func refusingMoves<Result>(_ body: () async throws -> Result) async throws -> Result {
        plan.arm()
        defer { plan.disarm() }
        return try await body()
    }

    private func isInInbox(_ name: String) -> Bool { FileStatus.exists(harness.spool.inbox.appending(name)) }

    private var rowCount: Int {
        get throws { Int(try Snapshot.open(harness.index).manifest.shards.reduce(0) { $0 + $1.rows }) }
    }

    @Test func `it is indexed once, stays, and is recognized after a restart`() async throws {
        try harness.drop("f/a.txt", "one")
        try await refusingMoves {
            let first = try await harness.run()
            #expect((first.doneFiles, first.inbox.leftInPlace) == (1, 1))
            let second = try await harness.run()
            #expect((second.doneFiles, second.unchangedFiles, second.inbox.leftInPlace) == (0, 0, 1))
        }
        #expect(try harness.documents() == ["f/a.txt": "one"])
        #expect(try rowCount == 1)
        #expect(isInInbox("f/a.txt"))
        #expect(try harness.isWorkEmpty)
        #expect(try harness.files(in: harness.spool.done).isEmpty)
        let status = try FileStatus.of(harness.spool.inbox.appending("f/a.txt"))
        let place = Originals(harness.spool).file(of: "f/a.txt", modified: status.modified)
        #expect(place == harness.spool.inbox.appending("f/a.txt"))
    }

    @Test func `it is taken again when it changes, and not when only its time does`() async throws {
        try harness.drop("a.txt", "one")
        let path = harness.spool.inbox.appending("a.txt")
        try await refusingMoves {
            _ = try await harness.run()
            let before = try FileStatus.of(path).modified
            try OwnedDescriptor.open(path, OpenFlags.inPlace).markUsed()
            let touched = try await harness.run()
            #expect((touched.doneFiles, touched.unchangedFiles, touched.inbox.leftInPlace) == (0, 0, 1))
            // The index knows the old time only.
            #expect(Originals(harness.spool).file(of: "a.txt", modified: before) == path)
            try harness.drop("a.txt", "two")
            let changed = try await harness.run()
            #expect(changed.doneFiles == 1)
        }
        #expect(try harness.documents() == ["a.txt": "two"])
    }

    @Test func `its owner's deletion forgets nothing, and mended permissions move it`() async throws {
        try harness.drop("a.txt", "one")
        try harness.drop("b.txt", "two")
        try await refusingMoves { _ = try await harness.run() }
        try Directory.removeFile(harness.spool.inbox.appending("b.txt"))
        // What was known is offered again once it has changed, as by chmod.
        let path = harness.spool.inbox.appending("a.txt")
        try OwnedDescriptor.open(path, OpenFlags.inPlace).setMode(0o640)
        let status = try await harness.run()
        #expect((status.doneFiles, status.unchangedFiles, status.inbox.leftInPlace) == (0, 1, 0))
        #expect(try harness.documents() == ["a.txt": "one", "b.txt": "two"])
        #expect(try rowCount == 2)
        #expect(try harness.files(in: harness.spool.done) == ["a.txt"])
    }

    @Test func `a failed one has its report alone, and is tried again when that is taken away`() async throws {
        try harness.drop("a.txt", [0x61, 0xFF])
        // An index without documents would be a new one.
        try harness.drop("good.txt", "fine")
        try await refusingMoves {
            #expect(try await harness.run().failedFiles == 1)
            #expect(try await harness.run().failedFiles == 0)
            #expect(try harness.files(in: harness.spool.failed) == ["a.txt.vectorspool-error.json"])
            let files = try FailedFiles(harness.spool)
            let file = try #require(try files.all().first)
            #expect(try files.retry(file) == .back)
            #expect(try harness.files(in: harness.spool.failed).isEmpty)
            #expect(try await harness.run().failedFiles == 1)
        }
        #expect(isInInbox("a.txt"))
        #expect(try harness.isWorkEmpty)
    }

    @Test func `a new index takes all of them again`() async throws {
        try harness.drop("a.txt", "one")
        try await refusingMoves {
            _ = try await harness.run()
            try Directory.removeTree(harness.index)
            _ = try await harness.run()
        }
        #expect(try harness.documents() == ["a.txt": "one"])
    }

    @Test("a death anywhere loses nothing and takes nothing twice", arguments: Failpoint.allCases)
    func dies(at point: Failpoint) async throws {
        let names = (0..<3).map { "f/\($0).txt" }
        for name in names { try harness.drop(FilePath(name), "text of \(name)") }
        try harness.drop("f/bad.txt", [0xFF])
        let failpoints = Failpoints { if $0 == point { throw SpoolHarness.Death() } }
        try await refusingMoves {
            _ = try? await harness.run(failpoints)
            _ = try await harness.run()
            let last = try await harness.run()
            #expect((last.doneFiles, last.unchangedFiles, last.failedFiles) == (0, 0, 0))
            #expect(last.inbox.leftInPlace == 4)
        }
        #expect(try harness.documents() == Dictionary(uniqueKeysWithValues: names.map { ($0, "text of \($0)") }))
        #expect(try rowCount == 3)
        #expect(try harness.files(in: harness.spool.failed) == ["bad.txt.vectorspool-error.json"])
        #expect(try harness.isWorkEmpty)
        for name in names { #expect(isInInbox(name)) }
    }

    @Test("a refusal of the system anywhere is waited for", arguments: [Errno.noSpace, .ioError])
    func isRefused(error: Errno) async throws {
        try harness.drop("f/a.txt", "one")
        let record = harness.spool.root.pushing(LeftRecord.path)
        for place in [record, harness.spool.work.appending("copied")] {
            let trouble = FaultPlan(below: place, of: [.write, .open, .synchronize, .makeDirectory]) { _, before, _ in
                before == 0 ? .fail(error) : .none
            }
            trouble.arm()
            defer { trouble.disarm() }
            try await refusingMoves { _ = try await harness.run() }
        }
        #expect(try harness.documents() == ["f/a.txt": "one"])
        #expect(try rowCount == 1)
        #expect(try harness.isWorkEmpty)
    }
}
