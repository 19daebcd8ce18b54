import Console
import Ingest
import Inspection
import Spool
import TestSupport
import Testing

@Suite("The status as people read it")
struct StatusTableTests {
    private static let style = Style(isColoured: false, columns: 100)

    private func table(_ page: SpoolStatus, age: Duration = .seconds(1), isRunning: Bool = true) -> String {
        StatusReading(page, age: age, isRunning: isRunning).table(Self.style)
    }

    @Test func `every line has the same number of failed files`() {
        var page = SpoolStatus()
        page.state = .ready
        page.failedFiles = 13
        page.refusedNames = 2
        let text = table(page)
        #expect(text.hasPrefix("Ready · 0 queued · 15 failed since the start · "))
        #expect(text.contains("\nsince start 0 files indexed, 0 unchanged, 15 failed; "))
        #expect(!text.contains("13"))
    }

    @Test func `one word stands for one thing in the heading and below it`() {
        var page = SpoolStatus()
        page.state = .paused
        page.pausedReason = "the disk is full"
        page.inbox.queued = 2
        page.inbox.settling = 3
        let text = table(page)
        #expect(text.hasPrefix("Waiting for the system since ") && text.contains("(the disk is full) · 5 queued · "))
        #expect(text.contains("\ninbox       5 queued, 3 of them settling, 0 being written\n"), "\(text)")
        #expect(!text.lowercased().contains("paused"))
    }

    @Test func `an old page is not shown as that of now`() {
        var page = SpoolStatus()
        page.state = .ready
        page.process = 42
        let gone = table(page, age: .seconds(7200), isRunning: false)
        #expect(
            gone.hasPrefix("Not running: process 42 ended without a word; these are its last figures, of 2 h ago\n"))
        #expect(table(page, age: .seconds(600)).hasPrefix("Running, but this page is 10 min old, because"))
        page.state = .stopped
        let stopped = table(page, age: .seconds(30), isRunning: false)
        #expect(stopped.hasPrefix("Stopped; these are the last figures, of 30 s ago"))
    }

    @Test func `a long file shows how far it is`() {
        var page = SpoolStatus()
        page.state = .ready
        page.current = WorkProgress.Report(
            path: "whale.txt", stage: .reading, bytes: 60_000_000, bytesRead: 12_000_000, passages: 9000,
            passagesEncoded: 8200, seconds: 125, leftSeconds: 630)
        #expect(
            table(page).contains(
                "\nnow         whale.txt: 12.0 MB of 60.0 MB read, 8,200 passages encoded, 2 min so far, about 11 min left\n"
            ))
    }

    @Test func `disks, their growth and what is low`() {
        var page = SpoolStatus()
        page.state = .ready
        var disk = DiskReport()
        disk.note(spoolFree: 200_000_000, indexFree: 200_000_000)
        disk.folders = ["done": FolderUsage(bytes: 5_000_000, files: 1200, bytesPerDay: 2_000_000)]
        page.disk = disk
        let text = table(page)
        #expect(!text.contains("counted"))
        page.disk?.counted = "2026-11-27T08:00:00Z"
        page.written = "2026-11-27T08:12:00Z"
        #expect(table(page).contains("(+2.0 MB a day); counted 12 min ago\n"), "\(table(page))")
        #expect(text.contains(" · low disk: spool, index · "))
        #expect(
            text.contains(
                "\ndisk        200.0 MB free for spool and index, which is low; at the growth of the last week full in "
                    + "about 100 days\ntakes       done 5.0 MB in 1,200 files (+2.0 MB a day)\n"))
    }

    @Test("hostile text", arguments: HostileText.samples)
    func hostile(text: String) {
        var page = SpoolStatus()
        page.state = .held
        page.pausedBy = PauseFlag(by: text, user: 1, since: text)
        page.pausedReason = text
        page.current = WorkProgress.Report(
            path: text, stage: .encoding, bytes: 1, bytesRead: 1, passages: 1, passagesEncoded: 0, seconds: 1,
            leftSeconds: nil)
        #expect(HostileText.faults(in: Array(table(page).utf8), allowed: [0x0A]) == [])
    }

    @Test(arguments: [
        (Duration.zero, "0.0 s"), (.milliseconds(9949), "9.9 s"), (.seconds(12), "12 s"), (.seconds(100), "2 min"),
        (.seconds(5400), "90 min"), (.seconds(7200), "2 h"), (.seconds(864_000), "10 days"), (.seconds(-5), "0.0 s"),
    ])
    func time(duration: Duration, text: String) {
        #expect(Figures.time(duration) == text)
    }
}
