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

    @Test func namesEverythingOnce() throws {
        let stream = try DirectoryStream(scratch.path.appending("d"))
        #expect(try names(stream) == ["0", "1", "2", "3", "4", "sub"])
        #expect(try stream.next() == nil)
    }

    @Test(arguments: [
        ("none", false, Errno.noSuchFileOrDirectory), ("d/0", false, .notDirectory), ("link", false, .notDirectory),
        ("d/0", true, .notDirectory),
    ])
    func opensDirectoriesOnly(name: String, followingLink: Bool, cause: Errno) throws {
        let error = #expect(throws: PlatformError.self) {
            _ = try DirectoryStream(scratch.path.appending(name), followingLink: followingLink)
        }
        #expect(error?.cause == cause)
    }

    @Test func followsALinkWhenItMay() throws {
        #expect(try names(DirectoryStream(scratch.path.appending("link"), followingLink: true)).count == 6)
    }
}
