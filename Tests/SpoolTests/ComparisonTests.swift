import Identity
import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

/// Comparing a new version with the old one, byte by byte, may take longer than the watchdog waits.
@Suite("Comparing versions")
struct ComparisonTests {
    private let spool: Spool
    private let scratch: ScratchDirectory
    private let heart = Heartbeat("test")

    init() throws {
        scratch = try ScratchDirectory()
        spool = try Spool(SpoolDirectory(scratch.path))
    }

    /// Puts a file into `work/`.
    private func claim() throws -> ClaimedFile {
        let name = ClaimName.fresh(size: 3)
        let place = Spool.place(of: name, "a.txt")
        try spool.work.makeDirectory(place.removingLastComponent(), mode: 0o700)
        try AtomicFile.replaceVolatile([1, 2, 3], at: spool.work.place(of: place))
        return try #require(try spool.leftoverClaims().claims.first)
    }

    @Test("the heart beats when a file is retired") func retiring() throws {
        for rows in [Spool.Rows.ofThis, .ofEarlier] {
            _ = try spool.retire(claim(), asRead: nil, rows: rows, keeping: true, day: "2026-11-27", heart: heart)
            #expect((heart.age == nil) == (rows == .ofThis))
        }
    }

    @Test("the heart beats when versions are set aside") func settingAside() throws {
        _ = try spool.retire(claim(), asRead: nil, keeping: true, day: "2026-11-27", heart: heart)
        #expect(heart.age == nil)
        try spool.setAsideVersions(before: [(claim(), "a.txt", false)], day: "2026-11-27", heart: heart)
        #expect(heart.age != nil)
    }
}
