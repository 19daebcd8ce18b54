import Ingest
import Inspection
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct SpoolStatusTests {
    @Test func thePageComesBackAsItWasWritten() throws {
        let scratch = try ScratchDirectory()
        var status = SpoolStatus()
        status.state = .ready
        status.tokensPerSecond = 12.5
        status.inbox.blocked = ["a_b.txt": "chmod a+r"]
        status.pausedReason = "the disk is full"
        try AtomicFile.replaceVolatile(status.json, at: scratch.path.appending(SpoolStatus.fileName))
        #expect(try SpoolStatus.read(from: scratch.path) == status)
        let text = String(decoding: status.json, as: UTF8.self)
        #expect(text.contains("\"tokens_per_second\" : 12.5"))
        #expect(text.contains("\"a_b.txt\""), "names are not keys of ours")
    }

    @Test func saysWhereThereIsNone() throws {
        let scratch = try ScratchDirectory()
        let missing = #expect(throws: InspectionError.self) { try SpoolStatus.read(from: scratch.path) }
        #expect(missing?.exitCode == 66)
        try AtomicFile.replaceVolatile([0x7B], at: scratch.path.appending(SpoolStatus.fileName))
        let damaged = #expect(throws: InspectionError.self) { try SpoolStatus.read(from: scratch.path) }
        #expect(damaged?.exitCode == 65)
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
        #expect(try SpoolStatus.read(from: scratch.path) == status)
    }
}
