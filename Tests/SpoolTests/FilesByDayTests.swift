import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

/// Where the originals of an index lie that a daemon of an earlier layout has made.
@Suite("Files in done/<day>/ of an earlier layout") struct FilesByDayTests {
    private let scratch: ScratchDirectory
    private let places: SpoolDirectory

    init() throws {
        scratch = try ScratchDirectory()
        places = SpoolDirectory(scratch.path.appending("spool"))
        _ = try Spool(places)
    }

    /// Makes a file of its own time below `done/`; returns the time.
    private func put(_ path: FilePath, after earlier: Int64 = 0) throws -> Int64 {
        let place = places.done.pushing(path)
        try Directory.create(place.removingLastComponent())
        var modified = earlier
        // The time stamps of files come from a coarse clock.
        while modified <= earlier {
            try AtomicFile.replaceVolatile([1], at: place)
            modified = try FileStatus.of(place).modified
        }
        return modified
    }

    @Test func `a file is found by its name and time, whatever its folder was`() throws {
        let first = try put("2026-11-26/a.txt")
        let second = try put("2026-11-26/a.txt.~2~", after: first)
        let third = try put("2026-11-27/a.txt", after: second)
        let originals = Originals(places)
        #expect(originals.file(of: "a.txt", modified: first) == places.done.pushing("2026-11-26/a.txt"))
        #expect(originals.file(of: "deep/a.txt", modified: second) == places.done.pushing("2026-11-26/a.txt.~2~"))
        #expect(originals.file(of: "a.txt", modified: third) == places.done.pushing("2026-11-27/a.txt"))
        #expect(originals.file(of: "a.txt", modified: third + 1) == nil)
        #expect(originals.file(of: "b.txt", modified: first) == nil)
    }

    @Test func `only folders with names of days are looked into, and the present layout comes first`() throws {
        let time = try put("notes/a.txt")
        #expect(Originals(places).file(of: "a.txt", modified: time) == nil)
        #expect(Originals(places).file(of: "notes/a.txt", modified: time) == places.done.pushing("notes/a.txt"))
    }
}
