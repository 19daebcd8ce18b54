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
            try Directory.create(spool.places.replaced.appending(day))
        }
        #expect(try spool.purgeReplaced(keepingDays: 30, now: now) == 1)
        #expect(try Directory.entries(of: spool.places.replaced).count == 3)
        #expect(try spool.purgeReplaced(keepingDays: 0, now: now) == 0)
    }

    @Test("foreign folders and files in replaced/ stay and do no harm")
    func othersNamesStay() throws {
        let scratch = try ScratchDirectory()
        let spool = try Spool(SpoolDirectory(scratch.path))
        let now = RealTime(nanoseconds: 1_795_000_000_000_000_000)
        let replaced = spool.places.replaced
        for name in ["10-notes-x", "1999-xx-01", "19990-1-01", "2026-01-01", "2026-01-03"] {
            try Directory.create(replaced.appending(name))
        }
        try AtomicFile.replaceVolatile([1], at: replaced.appending("2026-01-02"))
        #expect(try spool.purgeReplaced(keepingDays: 30, now: now) == 2)
        let left = try Directory.entries(of: replaced).map(\.name.string).sorted()
        #expect(left == ["10-notes-x", "1999-xx-01", "19990-1-01", "2026-01-02"])
    }

    @Test(
        "a day is kept as long as any of its files could be younger than the limit",
        arguments: [
            (1, 0, ["2026-03-01", "2026-02-28"]), (1, 86_399, ["2026-03-01", "2026-02-28"]),
            (2, 0, ["2026-03-01", "2026-02-28", "2026-02-27"]),
            (36_500, 0, ["2026-03-01", "2026-02-28", "2026-02-27"]),
            (.max, 0, ["2026-03-01", "2026-02-28", "2026-02-27"]),
            (0, 0, ["2026-03-01", "2026-02-28", "2026-02-27"]),
        ])
    func boundary(days: Int, second: Int64, left: [String]) throws {
        let scratch = try ScratchDirectory()
        let spool = try Spool(SpoolDirectory(scratch.path))
        // 2026-03-01 in UTC.
        let now = RealTime(nanoseconds: (1_772_323_200 + second) * 1_000_000_000)
        #expect(now.day == "2026-03-01")
        for day in ["2026-03-01", "2026-02-28", "2026-02-27"] {
            try Directory.create(spool.places.replaced.appending(day))
        }
        #expect(try spool.purgeReplaced(keepingDays: days, now: now) == 3 - left.count)
        #expect(try Set(Directory.entries(of: spool.places.replaced).map(\.name.string)) == Set(left))
    }

    @Test("a file of done/ counts its days from the move, and leaves no empty folder", arguments: [nil, 0, 29, 30, 31])
    func done(days: Int?) throws {
        let scratch = try ScratchDirectory()
        let spool = try Spool(SpoolDirectory(scratch.path))
        let done = spool.places.done
        try Directory.create(done.pushing("a/b"))
        try Directory.create(done.appending("empty"))
        for file in ["a/b/old.txt", "other.txt"] as [FilePath] {
            try AtomicFile.replaceVolatile([1], at: done.pushing(file))
        }
        let now = RealTime.now.nanoseconds
        let later = RealTime(nanoseconds: now + 30 * 86_400_000_000_000 + 3_600_000_000_000)
        let isOld = days.map { $0 > 0 && $0 <= 30 } ?? false
        #expect(try spool.purgeDone(keepingDays: days, now: later) == (isOld ? 2 : 0))
        #expect(
            try Set(Directory.entries(of: done).map(\.name.string))
                == (isOld ? ["empty"] : ["a", "empty", "other.txt"]))
    }
}
