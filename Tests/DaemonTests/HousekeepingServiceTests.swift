import Daemon
import Foundation
import Identity
import Indexing
import Ingest
import IngestSupport
import Platform
import Quantization
import Shards
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite("What is cleared away", .timeLimit(.minutes(10)))
struct HousekeepingServiceTests {
    private let scratch: ScratchDirectory
    private let log = RecordedLog()
    private let live: LiveOptions
    private let spool: Spool
    private let board: StatusBoard
    private let service: HousekeepingService
    private var replaced: FilePath { live.current.spool.replaced }
    private var index: FilePath { live.current.indexing.indexDirectory }

    init() throws {
        scratch = try ScratchDirectory()
        var options = IngestOptions(spool: scratch.path.appending("spool"), model: "none")
        options.indexing.precision = .float32
        options.keepReplacedDays = 30
        live = LiveOptions(options)
        board = StatusBoard(options)
        spool = try Spool(options.spool)
        let index = try IndexWriter.open(options.indexing, for: StubPassageEncoder(), shippedRanges: nil)
        service = HousekeepingService(
            live: live, spool: spool, index: index, board: board, logger: log.logger)
        // No index needs what was forgotten; without that an empty index would keep all.
        let record = ForgottenDocument(
            DocumentIdentifier(path: Array("folder/a.txt".utf8)), until: RealTime.now.nanoseconds,
            time: RealTime.now.timestamp,
            isDeleted: false)
        try ForgottenDocuments([record]).write(in: spool.root)
    }

    /// The day so many days ago.
    ///
    /// Tests stay off the day of the limit, because the day may change meanwhile.
    private func day(_ age: Int) -> String {
        RealTime(nanoseconds: RealTime.now.nanoseconds - Int64(age) * 86_400_000_000_000).day
    }

    private func makeDays(_ ages: Int...) throws {
        for age in ages {
            let folder = replaced.appending(day(age)).appending("folder")
            try Directory.create(folder)
            try AtomicFile.replaceVolatile([1], at: folder.appending("a.txt"))
        }
    }

    private func names(in folder: FilePath) throws -> Set<String> {
        Set(try Directory.entries(of: folder).map(\.name.string))
    }

    /// A file of the index that no generation names, of an age.
    private func makeUnnamed(_ name: String, minutes: Double) throws {
        let path = index.appending(name)
        try AtomicFile.replaceVolatile([1], at: path)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -minutes * 60)], ofItemAtPath: path.string)
    }

    @Test("days of replaced/ beyond their age go with all that is in them; the age may change while it runs")
    func days() throws {
        try makeDays(0, 1, 28, 32, 400)
        service.clean()
        #expect(try names(in: replaced) == [day(0), day(1), day(28)])
        #expect(log.lines == ["info: removed 2 days of replaced/, as spool.keepReplacedDays says"])
        service.clean()
        #expect(log.lines.count == 1)
        var options = live.current
        options.keepReplacedDays = 10
        live.adopt(options)
        service.clean()
        #expect(try names(in: replaced) == [day(0), day(1)])
    }

    @Test("without a limit everything stays, and 0 days of done/ leave what lies there", arguments: [nil, 0])
    func noDays(days: Int?) throws {
        var options = live.current
        options.keepReplacedDays = nil
        options.keepDoneDays = days
        live.adopt(options)
        try makeDays(400)
        service.clean()
        #expect(try names(in: replaced) == [day(400)])
    }

    @Test("failed/, work/ and the inbox are not touched, however old")
    func otherFolders() throws {
        let places = live.current.spool
        for place in [places.inbox, places.work, places.failed] {
            try Directory.create(place.appending("2000-01-01"))
        }
        service.clean()
        for place in [places.inbox, places.work, places.failed] {
            #expect(FileStatus.exists(place.appending("2000-01-01")), "\(place)")
        }
    }

    @Test("files of the index that no generation names go after ten minutes")
    func garbage() throws {
        let before = try names(in: index)
        let ages: [(name: String, minutes: Double, stays: Bool)] = [
            (".manifest-2.json.1.tmp", 11, false), (".manifest-2.json.2.tmp", 9, true),
            ("shard-019ab697e801-00000001.zst", 11, false), ("shard-019ab697e802-00000002.zst", 9, true),
            ("notes.txt", 10_000, true), ("notes.tmp", 10_000, true),
        ]
        for (name, minutes, _) in ages { try makeUnnamed(name, minutes: minutes) }
        service.clean()
        #expect(try names(in: index) == before.union(ages.filter(\.stays).map(\.name)))
        #expect(log.lines.isEmpty)
    }

    @Test("what cannot be cleared away is told of and holds nothing up; the next time it is tried again")
    func refusal() throws {
        try makeDays(400)
        let unnamed = "shard-019ab697e801-00000001.zst"
        try makeUnnamed(unnamed, minutes: 11)
        let plan = FaultPlan(below: replaced, of: [.remove]) { _, _, _ in .fail(.readOnlyFileSystem) }
        plan.arm()
        service.clean()
        plan.disarm()
        #expect(log.lines.count == 1)
        #expect(log.lines.first?.hasPrefix("warning: cannot clean up: ") == true)
        #expect(try names(in: replaced) == [day(400)])
        #expect(try !names(in: index).contains(unnamed))
        service.clean()
        #expect(try names(in: replaced).isEmpty)
    }

    @Test("the service cleans as soon as it starts, and ends when it is asked to")
    func run() async throws {
        try makeDays(400)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await service.run() }
            while try !names(in: replaced).isEmpty { try await Task.sleep(for: .milliseconds(1)) }
            group.cancelAll()
        }
    }

    @Test func `what lies in the folders is counted for the status`() throws {
        try makeDays(1, 2)
        try AtomicFile.replaceVolatile([1, 2, 3], at: live.current.spool.failed.appending("a.txt"))
        service.clean()
        let disk = try #require(board.status.disk)
        #expect(disk.folders["replaced"] == FolderUsage(bytes: 2, files: 2, bytesPerDay: 2))
        #expect(disk.folders["failed"] == FolderUsage(bytes: 3, files: 1, bytesPerDay: 3))
        #expect(disk.folders["done"] == FolderUsage())
        let some = FolderUsage(of: try OpenDirectory(live.current.spool.replaced), limit: 1)
        #expect(!some.isWhole && some.files == 0)
    }

    @Test(arguments: [(0, 0, 0), (700, 100, 100), (700, 7, 100), (700, 2, 350), (700, 0, 700)])
    func `growth is that of a week, or of a younger folder's age`(week: Int, days: Int, perDay: Int) {
        let day: Int64 = 86_400_000_000_000
        #expect(FolderUsage.perDay(week: week, oldest: 1000 * day - Int64(days) * day, now: 1000 * day) == perDay)
    }
}
