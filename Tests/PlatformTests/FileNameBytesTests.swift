import Platform
import SystemPackage
import Testing

@Suite struct FileNameBytesTests {
    @Test(
        arguments: [
            ([0x61, 0x20, 0xC3, 0xA9], "a é"), ([0xFF, 0x61], "\\xFFa"), ([0x61, 0x0A, 0x25], "a\\u{a}%"),
            ([0x7F], "\\u{7f}"),
        ] as [([UInt8], String)])
    func areShownUnambiguously(bytes: [UInt8], shown: String) throws {
        let name = try #require(FilePath.Component(bytes: bytes))
        #expect(name.bytes == bytes)
        #expect(FilePath(root: nil, [name]).displayName == shown)
        #expect(FilePath(bytes: bytes)?.bytes == bytes)
    }

    @Test(arguments: [[], [0x2F], [0x61, 0x2F, 0x62], [0x61, 0]] as [[UInt8]])
    func refuseWhatIsNoName(bytes: [UInt8]) {
        #expect(FilePath.Component(bytes: bytes) == nil)
    }
}
