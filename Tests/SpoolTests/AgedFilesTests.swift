import Platform
import Spool
import SystemPackage
import TestSupport
import Testing

@Suite struct AgedFilesTests {
    @Test func `what is no folder among the days of replaced is passed over and told, and the rest is found`() throws {
        let scratch = try ScratchDirectory()
        let spool = try Spool(SpoolDirectory(scratch.path))
        let replaced = spool.places.replaced
        try SpecialFiles.makeLink(to: "/", at: replaced.appending("2001-01-02"))
        try AtomicFile.replaceVolatile([1], at: replaced.appending("2001-01-03"))
        try Directory.create(replaced.appending("2001-01-04"))
        try AtomicFile.replaceVolatile([1], at: replaced.appending("2001-01-04").appending("a.txt"))
        let aged = try AgedFiles(spool.places, before: .now, in: [.replaced])
        #expect(aged.files.map(\.placeInSpool) == ["replaced/2001-01-04/a.txt"])
        #expect(aged.passedOver == ["replaced/2001-01-02", "replaced/2001-01-03"])
    }
}
