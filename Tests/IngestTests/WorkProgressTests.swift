import Ingest
import Spool
import Testing

@Suite("How far the files in progress are")
struct WorkProgressTests {
    @Test func `a file goes from checking to reading to encoding, and then the next one is shown`() throws {
        var progress = WorkProgress()
        #expect(progress.report(at: .zero) == nil)
        progress.begin("a.txt", bytes: 100, at: .seconds(1))
        progress.read(50, in: .checking, at: .seconds(2))
        let checking = try #require(progress.report(at: .seconds(9)))
        #expect(checking.stage == .checking && checking.bytesRead == 50 && checking.leftSeconds == nil)
        progress.read(20, in: .reading, at: .seconds(10))
        progress.cut(8)
        progress.encoded(4)
        let reading = try #require(progress.report(at: .seconds(14)))
        // Eight passages of a fifth of the file, so forty in all; four of them took four seconds.
        #expect(reading.passages == 8 && reading.passagesEncoded == 4 && reading.leftSeconds == 36)
        progress.cut(2)
        progress.end()
        progress.begin("b.txt", bytes: 5, at: .seconds(15))
        progress.cut(1)
        progress.end()
        let encoding = try #require(progress.report(at: .seconds(15)))
        #expect(encoding.path == "a.txt" && encoding.stage == .encoding && encoding.passages == 10)
        #expect(progress.count == 2 && progress.finished == 0)
        progress.encoded(6)
        #expect(progress.report(at: .seconds(16))?.path == "b.txt")
        progress.encoded(1)
        #expect(progress.report(at: .seconds(17)) == nil)
        #expect(progress.finished == 2)
    }

    @Test func `a file without passages is over with those before it`() {
        var progress = WorkProgress()
        progress.begin("a.txt", bytes: 100, at: .zero)
        progress.cut(1)
        progress.end()
        progress.begin("empty.txt", bytes: 0, at: .zero)
        progress.end()
        #expect(progress.count == 2)
        progress.encoded(1)
        #expect(progress.count == 0)
    }

    @Test(
        arguments: [
            (0, 100, 10, nil), (50, 100, 1, nil), (50, 100, 10, 10), (100, 100, 10, 0), (1, 1000, 10, nil),
            (101, 100, 10, nil),
        ] as [(Int, Int, Double, Double?)])
    func left(done: Int, total: Int, seconds: Double, left: Double?) {
        #expect(WorkProgress.left(done: done, of: total, in: seconds) == left)
    }

    @Test func `a rate is that of the window, however long the daemon has been idle`() {
        var window = RateWindow(.seconds(10))
        #expect(window.rate(0, at: .zero) == 0)
        #expect(window.rate(10, at: .seconds(5)) == 2)
        #expect(window.rate(10, at: .seconds(3600)) == 0)
        #expect(window.rate(40, at: .seconds(3605)) == 6)
    }

    @Test func `days are left until the first disk is full`() {
        var disk = DiskReport()
        #expect(disk.daysLeft == nil)
        disk.note(spoolFree: 1000 << 20, indexFree: 100 << 20)
        #expect(disk.low == ["index"])
        disk.folders = [
            "done": FolderUsage(bytesPerDay: 8 << 20), "failed": FolderUsage(bytesPerDay: 2 << 20),
            "index": FolderUsage(bytesPerDay: 10 << 20),
        ]
        #expect(disk.daysLeft == 50, "one disk")
        disk.isOneDisk = false
        #expect(disk.daysLeft == 10, "the index is full first")
    }

    @Test func `files are numbered, so one can wait for those of a moment`() {
        let files = FilesInFlight()
        #expect(files.marks.next == nil, "files of an earlier run may not have entered yet")
        files.endClaim()
        #expect(files.marks.next == 0 && files.marks.oldest == nil)
        files.beginClaim()
        #expect(files.marks.next == nil)
        files.enter([1])
        files.enter([2])
        files.enter([1])
        #expect(files.marks.next == 3 && files.marks.oldest == 0)
        files.leave([1])
        #expect(files.marks.oldest == 0, "it is not known which version has left")
        files.leave([1])
        #expect(files.marks.oldest == 1)
        files.leave([2])
        #expect(files.marks.oldest == nil)
    }
}
