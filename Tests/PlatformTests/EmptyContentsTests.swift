import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct EmptyContentsTests {
    @Test(
        "a file has contents when a byte of its beginning is not zero",
        arguments: [
            (0, [], false), (3, [], false), (100_000, [], false), (100_000, [0], true), (100_000, [63], true),
            (100_000, [64], true), (100_000, [99_999], true), (200_000, [150_000], false),
        ])
    func hasContents(size: Int, filled: [Int], expected: Bool) throws {
        let scratch = try ScratchDirectory()
        var bytes = [UInt8](repeating: 0, count: size)
        for place in filled { bytes[place] = 1 }
        let path = scratch.path.appending("file")
        try AtomicFile.replaceVolatile(bytes, at: path)
        let file = try OwnedDescriptor.open(path, OpenFlags.document)
        #expect(try file.hasContents(within: 120_000) == expected)
        #expect(try file.read(atMost: 1) == Array(bytes.prefix(1)), "the position is where it was")
    }
}
