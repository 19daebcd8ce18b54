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

    @Test(
        "a byte order mark alone is no contents",
        arguments: [
            ([0xEF, 0xBB, 0xBF], false), ([0xFF, 0xFE], false), ([0xFE, 0xFF], false), ([0xFF, 0xFE, 0, 0], false),
            ([0xEF, 0xBB, 0xBF, 0x61], true), ([0xEF, 0xBB], true), ([0x61], true),
        ] as [([UInt8], Bool)])
    func byteOrderMark(bytes: [UInt8], expected: Bool) throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path.appending("file")
        try AtomicFile.replaceVolatile(bytes, at: path)
        #expect(try OwnedDescriptor.open(path, OpenFlags.document).hasContents(within: 1 << 20) == expected)
    }
}
