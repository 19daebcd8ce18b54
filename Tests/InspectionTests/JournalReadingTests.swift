import Inspection
import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct JournalReadingTests {
    private let scratch: ScratchDirectory
    private let spool: SpoolDirectory

    init() throws {
        scratch = try ScratchDirectory()
        spool = SpoolDirectory(scratch.path)
        try Directory.create(spool.journal)
    }

    private func entry(_ name: String) throws -> String {
        let status = try FileStatus.of(scratch.path)
        return JournalEntry(.indexed, of: FilePath(name), claim: "c", place: nil, status: status, time: "t").line + "\n"
    }

    private func write(_ month: String, _ text: String) throws {
        try AtomicFile.replaceVolatile(Array(text.utf8), at: spool.journal.appending(month))
    }

    private func read() throws -> (paths: [String], damages: [JournalReading.Damage]) {
        var paths: [String] = []
        let damages = try JournalReading(spool).forEachEntry { paths.append($0.path.string) }
        return (paths, damages)
    }

    @Test func `a whole journal has no damage`() throws {
        try write("2026-10.jsonl", try entry("a") + entry("b"))
        try write("2026-11.jsonl", try entry("c"))
        let (paths, damages) = try read()
        #expect(paths == ["a", "b", "c"])
        #expect(damages.isEmpty, "\(damages)")
    }

    @Test func `lines that are no entries are counted, and the others are read`() throws {
        try write("2026-10.jsonl", try entry("a") + "{\"time\":\nnoise\n" + entry("b"))
        try write("2026-11.jsonl", try entry("c") + "\n")
        let (paths, damages) = try read()
        #expect(paths == ["a", "b", "c"])
        #expect(damages.map(\.file) == [spool.journal.appending("2026-10.jsonl")])
        #expect(damages.first?.lines == 2)
        #expect(damages.first?.first == 2)
        #expect(damages.first?.reason == nil)
    }

    @Test func `a month that cannot be read is told, and the next one is read`() throws {
        try Directory.create(spool.journal.appending("2026-10.jsonl"))
        try write("2026-11.jsonl", try entry("c"))
        let (paths, damages) = try read()
        #expect(paths == ["c"])
        #expect(damages.map(\.file) == [spool.journal.appending("2026-10.jsonl")])
        #expect(damages.first?.reason?.isEmpty == false, "\(damages)")
    }

    @Test func `an error of the caller is not taken for damage`() throws {
        struct Enough: Error {}
        try write("2026-10.jsonl", try entry("a"))
        #expect(throws: Enough.self) { _ = try JournalReading(spool).forEachEntry { _ in throw Enough() } }
    }
}
