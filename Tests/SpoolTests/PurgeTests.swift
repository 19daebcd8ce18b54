import Foundation
import Platform
import Spool
import Synchronization
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

    /// What puts a newer file at a name when the file there is about to be renamed or removed for the first time.
    private func exchange(_ path: FilePath, in spool: Spool) -> FaultPlan {
        let isDone = Mutex(false)
        return FaultPlan(below: spool.places.root, of: [.rename, .remove]) { _, _, place in
            guard place == path,
                isDone.withLock({ isDone in
                    defer { isDone = true }
                    return !isDone
                })
            else { return .none }
            // Not through Platform, whose calls a plan must not make.
            try? FileManager.default.moveItem(
                atPath: path.string, toPath: spool.places.replaced.appending("old").string)
            _ = FileManager.default.createFile(atPath: path.string, contents: Data([2, 2]))
            return .none
        }
    }

    /// A month and an hour from now.
    private var later: RealTime {
        RealTime(nanoseconds: RealTime.now.nanoseconds + 30 * 86_400_000_000_000 + 3_600_000_000_000)
    }

    @Test("a newer version that takes the name of an old one meanwhile stays", arguments: [false, true])
    func exchanged(byCommand: Bool) throws {
        let scratch = try ScratchDirectory()
        let spool = try Spool(SpoolDirectory(scratch.path))
        let path = spool.places.done.appending("a.txt")
        try AtomicFile.replaceVolatile([1], at: path)
        let aged = try AgedFiles(spool.places, before: later, in: [.done])
        let plan = exchange(path, in: spool)
        plan.arm()
        defer { plan.disarm() }
        if byCommand {
            let file = try #require(aged.files.first)
            let isRemoved = try aged.remove(file)
            #expect(!isRemoved)
        } else {
            #expect(try spool.purgeDone(keepingDays: 30, now: later) == 0)
        }
        #expect(try FileContents.read(path) == [2, 2])
        #expect(try Directory.entries(of: spool.places.done).map(\.name.string) == ["a.txt"])
        #expect(FileStatus.exists(spool.places.replaced.appending("old")))
    }

    @Test("a crash between the look and the removal loses no file", arguments: [0, 1, 2])
    func crash(number: Int) throws {
        let scratch = try ScratchDirectory()
        let spool = try Spool(SpoolDirectory(scratch.path))
        let path = spool.places.done.appending("a.txt")
        try AtomicFile.replaceVolatile([1], at: path)
        let exchange = exchange(path, in: spool)
        let calls = Mutex(0)
        // The name of ours is given, and from then on nothing happens any more.
        let death = FaultPlan(below: spool.places.done.appending("a.txt.vectorspool-aged")) { _, _, _ in
            calls.withLock { calls in
                calls += 1
                return calls > number ? .fail(.ioError) : .none
            }
        }
        // The first plan that governs a path decides, and this one governs less.
        death.arm()
        exchange.arm()
        #expect((try? spool.purgeDone(keepingDays: 30, now: later)) != 1)
        exchange.disarm()
        death.disarm()
        #expect(try spool.purgeDone(keepingDays: 30) == 0)
        #expect(try FileContents.read(path) == [2, 2])
        #expect(try Directory.entries(of: spool.places.done).map(\.name.string) == ["a.txt"])
    }

    @Test("a name of ours beside a newer version ages by itself")
    func leftBeside() throws {
        let scratch = try ScratchDirectory()
        let spool = try Spool(SpoolDirectory(scratch.path))
        let done = spool.places.done
        for name in ["a.txt", "a.txt.vectorspool-aged"] {
            try AtomicFile.replaceVolatile([1], at: done.appending(name))
        }
        #expect(try spool.purgeDone(keepingDays: 30) == 0)
        #expect(try Directory.entries(of: done).count == 2)
        let removed = try (spool.purgeDone(keepingDays: 30, now: later), spool.purgeDone(keepingDays: 30, now: later))
        #expect(removed.0 + removed.1 == 2)
        #expect(try Directory.entries(of: done).isEmpty)
    }
}
