import Ingest
import Inspection
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct SpoolStatusTests {
    /// The page without what its reader adds.
    private func page(in folder: FilePath) throws -> SpoolStatus {
        var page = try StatusReading.read(from: folder).page
        page.alive = nil
        page.ageSeconds = nil
        page.isOld = nil
        return page
    }

    @Test(
        arguments: [
            (.ready, 1, true, .running, true), (.ready, 14, true, .running, true), (.ready, 16, true, .running, false),
            (.ready, 1, false, .gone, false), (.paused, 3600, true, .running, false), (.held, 1, true, .running, true),
            (.stopped, 1, false, .stopped, false), (.stopped, 1, true, .stopped, false),
        ] as [(SpoolStatus.State, Int, Bool, StatusReading.Life, Bool)])
    func `a page of a dead process or an old one is never that of now`(
        state: SpoolStatus.State, age: Int, isRunning: Bool, life: StatusReading.Life, isCurrent: Bool
    ) {
        var page = SpoolStatus()
        page.state = state
        let reading = StatusReading(page, age: .seconds(age), isRunning: isRunning)
        #expect(reading.life == life)
        #expect(reading.isCurrent == isCurrent)
        #expect(reading.page.alive == (life == .running))
        #expect(reading.page.isOld == !isCurrent)
    }

    @Test func `a page is as old as its daemon writes seldom`() {
        var page = SpoolStatus()
        page.state = .ready
        page.intervalSeconds = 60
        #expect(StatusReading(page, age: .seconds(170), isRunning: true).isCurrent)
        #expect(!StatusReading(page, age: .seconds(190), isRunning: true).isCurrent)
    }

    @Test func `a page of an older daemon can be read`() throws {
        let scratch = try ScratchDirectory()
        let later = [
            "process_start", "boot", "interval_seconds", "files_per_second", "has_more", "documents_replaced",
        ]
        let lines = String(decoding: SpoolStatus().json, as: UTF8.self).split(separator: "\n")
        let old = lines.filter { line in !later.contains { line.contains("\"\($0)\"") } }.joined(separator: "\n")
        try AtomicFile.replaceVolatile(Array(old.utf8), at: scratch.path.appending(SpoolStatus.fileName))
        #expect(try page(in: scratch.path) == SpoolStatus())
    }

    @Test func thePageComesBackAsItWasWritten() throws {
        let scratch = try ScratchDirectory()
        var status = SpoolStatus()
        status.state = .ready
        status.tokensPerSecond = 12.5
        status.inbox.blocked = ["a_b.txt": "chmod a+r"]
        status.pausedReason = "the disk is full"
        try AtomicFile.replaceVolatile(status.json, at: scratch.path.appending(SpoolStatus.fileName))
        #expect(try page(in: scratch.path) == status)
        let text = String(decoding: status.json, as: UTF8.self)
        #expect(text.contains("\"tokens_per_second\" : 12.5"))
        #expect(text.contains("\"a_b.txt\""), "names are not keys of ours")
    }

    @Test func saysWhereThereIsNone() throws {
        let scratch = try ScratchDirectory()
        let missing = #expect(throws: InspectionError.self) { try StatusReading.read(from: scratch.path) }
        #expect(missing?.exitCode == 66)
        try AtomicFile.replaceVolatile([0x7B], at: scratch.path.appending(SpoolStatus.fileName))
        let damaged = #expect(throws: InspectionError.self) { try StatusReading.read(from: scratch.path) }
        #expect(damaged?.exitCode == 65)
    }

    @Test(
        "a damaged page is told in words, with what to do",
        arguments: [
            ("{}", "it has no schema"), ("{\"schema\":\"x\"}", "schema has a wrong value"), ("{", "it is no JSON"),
            ("", "it is no JSON"),
        ])
    func damaged(text: String, reason: String) throws {
        let scratch = try ScratchDirectory()
        try AtomicFile.replaceVolatile(Array(text.utf8), at: scratch.path.appending(SpoolStatus.fileName))
        let error = #expect(throws: InspectionError.self) { try StatusReading.read(from: scratch.path) }
        let message = error?.message ?? ""
        #expect(message.contains("\(reason); ") && message.contains("restart the daemon"), "\(message)")
        #expect(!message.contains("Error"), "\(message)")
    }

    @Test("the page contains no hostile text", arguments: HostileText.samples)
    func hostile(text: String) throws {
        let scratch = try ScratchDirectory()
        var status = SpoolStatus()
        status.inbox.blocked = [text: text]
        status.pausedReason = text
        status.reloadError = text
        status.model = text
        #expect(HostileText.faults(in: status.json) == [])
        #expect(HostileText.faults(in: status.jsonLine, allowed: [0x0A]) == [])
        try AtomicFile.replaceVolatile(status.json, at: scratch.path.appending(SpoolStatus.fileName))
        #expect(try page(in: scratch.path) == status)
    }
}
