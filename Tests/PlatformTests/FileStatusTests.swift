import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct FileStatusTests {
    let scratch: ScratchDirectory
    let path: FilePath

    init() throws {
        scratch = try ScratchDirectory()
        path = scratch.path.appending("file")
        try AtomicFile.replaceVolatile([1, 2, 3], at: path)
    }

    private func link(_ name: String) throws {
        try FileManager.default.linkItem(atPath: path.string, toPath: scratch.path.appending(name).string)
    }

    @Test func anotherNameIsNoChangeOfTheContents() throws {
        try link("second")
        let before = try FileStatus.of(path)
        try Directory.rename(scratch.path.appending("second"), to: scratch.path.appending("renamed"))
        #expect(try FileStatus.of(path).isSameContents(as: before))
        try Directory.removeFile(scratch.path.appending("renamed"))
        let alone = try FileStatus.of(path)
        #expect(alone.isSameContents(as: before), "the last of the other names went")
        try link("third")
        #expect(try FileStatus.of(path).isSameContents(as: alone))
    }

    @Test(arguments: [false, true]) func otherContentsAreAChange(hasOtherNames: Bool) throws {
        if hasOtherNames { try link("second") }
        let before = try FileStatus.of(path)
        try OwnedDescriptor.open(path, O_WRONLY).write([1, 2, 3, 4].rawSpan)
        #expect(try !FileStatus.of(path).isSameContents(as: before))
    }
}
