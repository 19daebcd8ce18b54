import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct DirectoryStreamTests {
    let scratch: ScratchDirectory

    init() throws {
        scratch = try ScratchDirectory()
        try Directory.create(scratch.path.appending("d/sub"))
        for number in 0..<5 { try AtomicFile.replaceVolatile([], at: scratch.path.appending("d/\(number)")) }
        try SpecialFiles.makeLink(to: "d", at: scratch.path.appending("link"))
    }

    private func names(_ stream: DirectoryStream) throws -> Set<String> {
        var found: Set<String> = []
        while let entry = try stream.next() {
            #expect(entry.kind == nil || entry.kind == (entry.name.string == "sub" ? .directory : .regular))
            #expect(found.insert(entry.name.string).inserted)
        }
        return found
    }

    private func stream(_ name: FilePath) throws -> DirectoryStream {
        try DirectoryStream(in: OpenDirectory(scratch.path), name)
    }

    @Test func namesEverythingOnce() throws {
        let stream = try stream("d")
        #expect(try names(stream) == ["0", "1", "2", "3", "4", "sub"])
        #expect(try stream.next() == nil)
        #expect(try names(DirectoryStream(in: OpenDirectory(scratch.path.appending("d")), "")).count == 6)
    }

    @Test(arguments: ["none", "d/0", "link", "link/sub", "../d", "/tmp"] as [FilePath])
    func opensDirectoriesBelowOnly(name: FilePath) throws {
        #expect(throws: PlatformError.self) { _ = try stream(name) }
    }
}
