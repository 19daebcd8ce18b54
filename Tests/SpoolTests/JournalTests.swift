import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite("The journal")
struct JournalTests {
    private let scratch: ScratchDirectory
    private let spool: Spool

    init() throws {
        scratch = try ScratchDirectory()
        spool = try Spool(SpoolDirectory(scratch.path))
    }

    private func entry(_ path: [UInt8], _ outcome: JournalEntry.Outcome = .indexed) throws -> JournalEntry {
        let status = try FileStatus.of(scratch.path)
        let file = try #require(FilePath(bytes: path))
        var entry = JournalEntry(outcome, of: file, claim: "c", place: "done/x", status: status, time: "t")
        entry.documents = 2
        entry.summary = outcome == .failed ? "bad \u{1B} \"line\"" : nil
        return entry
    }

    private func lines(_ month: FilePath) throws -> [[UInt8]] {
        try FileContents.read(spool.places.journal.pushing(month)).split(separator: 0x0A).map { Array($0) }
    }

    @Test("a line gives back what was written", arguments: JournalEntry.Outcome.allCases)
    func line(outcome: JournalEntry.Outcome) throws {
        for path in [Array("a/b.txt".utf8), Array("a \"b\" 100%.txt".utf8), [0x61, 0xFF, 0x0A]] {
            let entry = try entry(path, outcome)
            let line = entry.line
            #expect(HostileText.faults(in: line.utf8, allowed: []) == [])
            #expect(JournalEntry(line: Array(line.utf8)) == entry)
            for end in 1..<line.utf8.count { #expect(JournalEntry(line: Array(line.utf8.prefix(end))) == nil) }
        }
    }

    @Test("entries go to the file of their month, and a line that was cut off is not continued")
    func months() throws {
        let first = RealTime(nanoseconds: 1_795_000_000_000_000_000)
        let later = RealTime(nanoseconds: first.nanoseconds + 40 * 86_400_000_000_000)
        let entry = try entry(Array("a".utf8))
        spool.journal.append([entry, entry], now: first)
        spool.journal.append([entry], now: later)
        #expect(try lines("2026-11.jsonl").count == 2)
        #expect(try lines("2026-12.jsonl").count == 1)

        let file = try OpenDirectory(spool.places.journal).open("2026-12.jsonl", OpenFlags.append)
        try file.write(Array("{\"time\":".utf8).rawSpan)
        let again = try Spool(SpoolDirectory(scratch.path))
        again.journal.append([entry], now: later)
        #expect(try lines("2026-12.jsonl").compactMap { JournalEntry(line: $0) }.count == 2)
    }

    @Test("months go after 400 days, and other names stay")
    func purge() throws {
        try Directory.create(spool.places.journal)
        for name in ["2025-09.jsonl", "2025-10.jsonl", "2026-11.jsonl", "notes.txt", "2020-1.jsonl"] {
            try AtomicFile.replaceVolatile([1], at: spool.places.journal.appending(name))
        }
        // 18 November 2026: 400 days before is 14 October 2025.
        #expect(try spool.journal.purge(now: RealTime(nanoseconds: 1_795_000_000_000_000_000)) == 1)
        let left = try Directory.entries(of: spool.places.journal).map(\.name.string)
        #expect(left == ["2020-1.jsonl", "2025-10.jsonl", "2026-11.jsonl", "notes.txt"])
    }

    @Test("a journal that cannot be written is left out")
    func fullDisk() throws {
        let plan = FaultPlan(below: spool.places.root, of: [.write, .makeDirectory]) { _, _, _ in .fail(.noSpace) }
        plan.arm()
        spool.journal.append([try entry(Array("a".utf8))])
        plan.disarm()
        spool.journal.append([try entry(Array("b".utf8))], now: RealTime(nanoseconds: 1_795_000_000_000_000_000))
        #expect(try lines("2026-11.jsonl").compactMap { JournalEntry(line: $0) }.map(\.path) == ["b"])
    }
}
