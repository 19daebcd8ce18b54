import Daemon
import Ingest
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct StatusPageTests {
    private let scratch: ScratchDirectory
    private let log = RecordedLog()

    init() throws { scratch = try ScratchDirectory() }

    private var text: String {
        get throws {
            String(
                decoding: try FileContents.read(scratch.path.appending(SpoolStatus.fileName)), as: UTF8.self)
        }
    }

    @Test("on a full disk the page says what the daemon waits for", arguments: [Errno.noSpace, .diskQuotaExceeded])
    func fullDisk(error: Errno) throws {
        let page = StatusPage(directory: scratch.path, logger: log.logger)
        var status = SpoolStatus()
        status.model = "a long name of a model, which makes the first page longer than the second"
        _ = page.update(status)
        let plan = FaultPlan(below: scratch.path, of: [.open, .write]) { site, _, path in
            // No new file, and no write into one.
            path.lastComponent?.string.hasSuffix(".tmp") ?? false ? .fail(error) : .none
        }
        plan.arm()
        status.state = .paused
        status.pausedReason = "the disk is full"
        status.model = ""
        _ = page.update(status)
        plan.disarm()
        #expect(try text.contains("\"paused_reason\" : \"the disk is full\""))
        #expect(try text.contains("\"state\" : \"paused\""))
        #expect(try !text.contains("a long name"))
        #expect(log.lines == [])
        let metrics = try FileContents.read(scratch.path.appending(MetricsPage.fileName))
        #expect(String(decoding: metrics, as: UTF8.self).contains("\nvectorspool_paused 1\n"))
    }

    @Test("any monitor reads the numbers, and only who may search reads names")
    func permissions() throws {
        _ = StatusPage(directory: scratch.path.appending("run"), logger: log.logger).update(SpoolStatus())
        let folder = scratch.path.appending("run")
        #expect(try FileStatus.of(folder.appending(SpoolStatus.fileName)).permissions == 0o640)
        #expect(try FileStatus.of(folder.appending(MetricsPage.fileName)).permissions == 0o644)
        #expect(try FileStatus.of(folder).permissions == 0o755)
    }

    @Test func `the free space of both disks is on the page, and not a reason to write it again`() throws {
        let page = StatusPage(
            directory: scratch.path, places: StatusPage.Places(spool: scratch.path, index: "/nonexistent"),
            logger: log.logger)
        _ = page.update(SpoolStatus())
        let first = try FileStatus.of(scratch.path.appending(SpoolStatus.fileName))
        _ = page.update(SpoolStatus())
        #expect(try FileStatus.of(scratch.path.appending(SpoolStatus.fileName)).isSameVersion(as: first))
        #expect(try text.contains("\"spool_free\" : "))
        #expect(try !text.contains("\"index_free\""))
    }

    @Test func `time left needs a speed, or a long file alone`() {
        var status = SpoolStatus()
        #expect(StatusPage.left(status) == nil)
        status.inbox.queued = 20
        #expect(StatusPage.left(status) == nil)
        status.filesPerSecond = 4
        #expect(StatusPage.left(status) == 5)
        status.current = WorkProgress.Report(
            path: "a", stage: .reading, bytes: 9, bytesRead: 3, passages: 3, passagesEncoded: 2, seconds: 9,
            leftSeconds: 30)
        status.inProgress = 1
        #expect(StatusPage.left(status) == 35)
        status.inbox.queued = 0
        #expect(StatusPage.left(status) == 30)
    }
}
