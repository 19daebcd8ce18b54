import Platform
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct PauseFlagTests {
    private let scratch: ScratchDirectory
    private let folder: OpenDirectory

    init() throws {
        scratch = try ScratchDirectory()
        folder = try OpenDirectory(scratch.path)
    }

    @Test func `it comes back as it was written, and goes`() throws {
        #expect(try PauseFlag.read(in: folder) == nil)
        let flag = PauseFlag(by: "alice", user: CurrentProcess.user, since: "2026-11-26T10:00:00Z")
        try flag.write(in: folder)
        #expect(try PauseFlag.read(in: folder) == flag)
        try PauseFlag.remove(in: folder)
        try PauseFlag.remove(in: folder)
        #expect(try PauseFlag.read(in: folder) == nil)
    }

    @Test(arguments: ["", "{", "[]", "{\"by\":7}", "{\"by\":\"mallory\",\"user\":4294967294}"])
    func `whatever is in it, it pauses, in the name of its owner`(text: String) throws {
        try AtomicFile.replaceVolatile(Array(text.utf8), at: scratch.path.appending("pause"))
        let flag = try #require(try PauseFlag.read(in: folder))
        #expect(flag.by == "user \(CurrentProcess.user)")
        #expect(flag.since.hasPrefix("20"))
    }

    @Test func `a pipe or a link of its name holds nobody up`() throws {
        try SpecialFiles.makePipe(at: scratch.path.appending("pause"))
        #expect(try PauseFlag.read(in: folder) != nil)
        try PauseFlag.remove(in: folder)
        #expect(try PauseFlag.read(in: folder) == nil)
    }

    @Test func `a full disk does not prevent a pause`() throws {
        let plan = FaultPlan(below: scratch.path, of: [.write]) { _, _, _ in .fail(.noSpace) }
        plan.arm()
        defer { plan.disarm() }
        try PauseFlag(by: "alice", user: CurrentProcess.user, since: "now").write(in: folder)
        #expect(try PauseFlag.read(in: folder)?.by == "user \(CurrentProcess.user)")
        #expect(try folder.entries().count == 1)
    }

    @Test("a power cut right after the command changes nothing", arguments: [true, false])
    func durable(isPausing: Bool) throws {
        let flag = PauseFlag(by: "alice", user: CurrentProcess.user, since: "now")
        if !isPausing { try flag.write(in: folder) }
        let calls = Mutex<[String]>([])
        let plan = FaultPlan(below: scratch.path, of: [.rename, .remove, .synchronize]) { [scratch] site, _, path in
            calls.withLock { $0.append("\(site.call)\(path == scratch.path ? " of the folder" : "")") }
            return .none
        }
        plan.arm()
        defer { plan.disarm() }
        if isPausing { try flag.write(in: folder) } else { try PauseFlag.remove(in: folder) }
        let wanted = [isPausing ? ["synchronize", "rename"] : ["remove"], ["synchronize of the folder"]].flatMap(\.self)
        #expect(calls.withLock { $0 } == wanted)
    }

    @Test("hostile names", arguments: HostileText.samples)
    func hostile(text: String) throws {
        try PauseFlag(by: text, user: CurrentProcess.user, since: text).write(in: folder)
        let flag = try #require(try PauseFlag.read(in: folder))
        #expect(HostileText.faults(in: Array(flag.summary.utf8)) == [])
    }
}
