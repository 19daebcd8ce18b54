import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct PurgeTests {
    @Test func oldDaysAreRemoved() throws {
        let scratch = try ScratchDirectory()
        let spool = try Spool(SpoolDirectory(scratch.path))
        let now = RealTime(nanoseconds: 1_795_000_000_000_000_000)
        for day in ["2026-01-01", now.day, "notes", "2026-1-1"] {
            try Directory.create(spool.places.done.appending(day))
        }
        #expect(try spool.purge(keepingDays: 30, now: now) == 1)
        #expect(try Directory.entries(of: spool.places.done).count == 3)
        #expect(try spool.purge(keepingDays: 0, now: now) == 0)
    }

    @Test("foreign folders and files in done/ stay and do no harm")
    func othersNamesStay() throws {
        let scratch = try ScratchDirectory()
        let spool = try Spool(SpoolDirectory(scratch.path))
        let now = RealTime(nanoseconds: 1_795_000_000_000_000_000)
        let done = spool.places.done
        for name in ["10-notes-x", "1999-xx-01", "19990-1-01", "2026-01-01", "2026-01-03"] {
            try Directory.create(done.appending(name))
        }
        try AtomicFile.replaceVolatile([1], at: done.appending("2026-01-02"))
        #expect(try spool.purge(keepingDays: 30, now: now) == 2)
        let left = try Directory.entries(of: done).map(\.name.string).sorted()
        #expect(left == ["10-notes-x", "1999-xx-01", "19990-1-01", "2026-01-02"])
    }
}
