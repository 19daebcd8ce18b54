import Platform
import Spool
import SystemPackage
import TestSupport
import Testing
import Text

@Suite struct SpoolRequestTests {
    private let scratch: ScratchDirectory
    private let folder: OpenDirectory

    init() throws {
        scratch = try ScratchDirectory()
        folder = try OpenDirectory(scratch.path)
    }

    @Test func `a request is answered once, and nothing is left`() throws {
        let id = try SpoolRequest.leave(.flush, in: folder)
        let pending = try SpoolRequest.pending(in: folder)
        #expect(pending.map(\.id) == [id])
        #expect(try SpoolRequest.takeAnswer(to: id, in: folder) == nil)
        try pending[0].answer("{\"answer\":\"settled\"}", in: folder)
        #expect(try SpoolRequest.pending(in: folder).isEmpty)
        #expect(try SpoolRequest.takeAnswer(to: id, in: folder) == Array("{\"answer\":\"settled\"}\n".utf8))
        #expect(try folder.entries().isEmpty)
    }

    @Test(
        arguments: [
            ("a.json", "{\"request\":\"dance\"}"), ("a.json", "{}"), ("a.json", "["),
            ("A b.json", "{\"request\":\"flush\"}"),
            ("a.answer.json", "{\"request\":\"flush\"}"), ("a", "{\"request\":\"flush\"}"),
            (".json", "{\"request\":\"flush\"}"),
        ])
    func `what is not a request of this version is left alone`(name: String, text: String) throws {
        try AtomicFile.replaceVolatile(Array(text.utf8), at: scratch.path.appending(name))
        #expect(try SpoolRequest.pending(in: folder).isEmpty)
        #expect(try folder.entries().count == 1)
    }

    @Test func `who blocks the place of the answer gets none, and nobody waits for that`() throws {
        let id = try SpoolRequest.leave(.flush, in: folder)
        try Directory.create(scratch.path.appending(id + ".answer.json").appending("full"))
        let pending = try SpoolRequest.pending(in: folder)
        try pending[0].answer("{}", in: folder)
        #expect(try SpoolRequest.pending(in: folder).isEmpty)
    }

    @Test(arguments: [SystemCall.status, .open, .read], [Errno.noMemory, .tooManyOpenFiles, .permissionDenied])
    func `a fault of the system hides no request`(call: SystemCall, error: Errno) throws {
        let id = try SpoolRequest.leave(.forget, in: folder)
        let other = try SpoolRequest.leave(.flush, in: folder)
        let file = scratch.path.appending(id + ".json")
        let plan = FaultPlan(below: file, of: [call]) { _, _, _ in .fail(error) }
        plan.arm()
        defer { plan.disarm() }
        let pending = Result { try SpoolRequest.pending(in: folder) }
        var fault: PlatformError?
        #expect(try SpoolRequest.pending(in: folder, &fault).map(\.id) == [other])
        #expect((fault == nil) == (error == .permissionDenied))
        if error == .permissionDenied {
            #expect(try pending.get().map(\.id) == [other])
        } else {
            #expect(throws: PlatformError.self) { try pending.get() }
        }
        plan.disarm()
        #expect(try Set(SpoolRequest.pending(in: folder).map(\.id)) == [id, other])
    }

    @Test func `a pipe of such a name holds nobody up`() throws {
        try SpecialFiles.makePipe(at: scratch.path.appending("a.json"))
        #expect(try SpoolRequest.pending(in: folder).isEmpty)
    }

    @Test(
        arguments: [
            ("a.answer.json", "{}", true), (".a.json.7.k2.tmp", "{\"requ", true), ("a.json", "{\"requ", true),
            ("a.json", "", true),
            ("a.json", "{\"request\":\"dance\"}", false), ("a.json", "{\"request\":\"flush\"}", false),
            ("pause", "", false),
            (".hidden", "", false),
        ])
    func `what serves nobody goes after a day`(name: String, text: String, isAbandoned: Bool) throws {
        try AtomicFile.replaceVolatile(Array(text.utf8), at: scratch.path.appending(name))
        SpoolRequest.removeAbandoned(in: folder)
        #expect(try folder.entries().count == 1)
        SpoolRequest.removeAbandoned(
            in: folder, now: RealTime(nanoseconds: RealTime.now.nanoseconds + 90_000_000_000_000))
        #expect(try folder.entries().isEmpty == isAbandoned)
    }

    @Test(
        "what is no request does not keep those of the same owner from being read, and one that is too long is refused")
    func manyOthers() throws {
        let scratch = try ScratchDirectory()
        let folder = try OpenDirectory(scratch.path)
        for number in 0..<400 {
            try AtomicFile.replaceVolatile(Array("{".utf8), at: scratch.path.appending("a\(number).json"))
        }
        let id = try SpoolRequest.leave(.flush, in: folder)
        #expect(try SpoolRequest.pending(in: folder).map(\.id) == [id])
        let error = #expect(throws: PlatformError.self) {
            try SpoolRequest.leave(.forget, in: folder) { $0.add("names", String(repeating: "x", count: 1 << 20)) }
        }
        #expect(error?.cause == .fileTooLarge)
        #expect(try SpoolRequest.pending(in: folder).map(\.id) == [id])
    }
}
