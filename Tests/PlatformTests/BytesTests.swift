import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("Bytes, digests and whole files")
struct BytesTests {
    @Test("integers are read little-endian at any offset, and never past the end")
    func littleEndian() {
        let bytes: [UInt8] = [0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09]
        let values = (
            bytes.rawSpan.littleEndian(UInt16.self, at: 1), bytes.rawSpan.littleEndian(UInt32.self, at: 5),
            bytes.rawSpan.littleEndian(UInt64.self, at: 1), bytes.rawSpan.littleEndian(Int8.self, at: 8)
        )
        #expect(values == (0x0302, 0x0908_0706, 0x0908_0706_0504_0302, 9))
        for offset in [2, 9, 10, -1, .max, .min] {
            let value = bytes.rawSpan.littleEndian(UInt64.self, at: offset)
            #expect(value == nil, "\(offset)")
        }
        let empty = [UInt8]().rawSpan.littleEndian(UInt8.self, at: 0)
        #expect(empty == nil)
    }

    @Test("ranges are copied, and never past the end")
    func ranges() {
        let bytes: [UInt8] = [1, 2, 3]
        let found = (bytes.rawSpan.array(0..<3), bytes.rawSpan.array(1..<1), bytes.rawSpan.array(3..<3))
        #expect(found.0 == [1, 2, 3] && found.1 == [] && found.2 == [])
        for range in [0..<4, -1..<2, 3..<(.max), Int.min..<0] {
            let copy = bytes.rawSpan.array(range)
            #expect(copy == nil, "\(range)")
        }
    }

    @Test("integers are appended little-endian")
    func appending() {
        var bytes: [UInt8] = [9]
        bytes.append(littleEndian: 0x0102_0304 as UInt32)
        bytes.append(littleEndian: -2 as Int16)
        #expect(bytes == [9, 4, 3, 2, 1, 0xFE, 0xFF])
    }

    @Test(
        "SHA-256 is that of FIPS 180-4",
        arguments: zip(
            ["", "abc", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"],
            [
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
            ]))
    func digests(_ text: String, _ hexadecimal: String) {
        let digest = SHA256Digest(of: Array(text.utf8))
        #expect(digest.hexadecimal == hexadecimal)
        #expect(SHA256Digest(hexadecimal: hexadecimal) == digest)
        #expect(SHA256Digest(hexadecimal: hexadecimal.uppercased()) == digest)
        #expect(SHA256Digest(bytes: digest.bytes) == digest)
        var hasher = SHA256Digest.Hasher()
        for byte in text.utf8 { hasher.update([byte].rawSpan) }
        #expect(hasher.finish() == digest)
    }

    @Test(
        "invalid digests are refused",
        arguments: ["", "00", String(repeating: "g", count: 64), String(repeating: "0", count: 65)])
    func notADigest(_ text: String) {
        #expect(SHA256Digest(hexadecimal: text) == nil)
        #expect(SHA256Digest(bytes: Array(text.utf8.prefix(31))) == nil)
    }

    @Test("files are read whole, up to the limit", arguments: [0, 1, 100_000])
    func files(_ count: Int) throws {
        let scratch = try ScratchDirectory()
        let path = scratch.path.appending("file")
        let contents = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try AtomicFile.replaceVolatile(contents, at: path)
        #expect(try FileContents.read(path) == contents)
        #expect(try FileContents.read(path, limit: count) == contents)
        if count > 0 {
            let error = #expect(throws: PlatformError.self) { try FileContents.read(path, limit: count - 1) }
            #expect(error?.code == .tooLarge)
        }
        #expect(throws: PlatformError.self) { try FileContents.read(scratch.path.appending("missing")) }
    }
}
