import Platform
import TestSupport
import Testing

@Suite("XXH64")
struct XXH64Tests {
    /// Digests that `xxhsum -H1` prints.
    @Test(
        "equals xxhsum",
        arguments: zip(
            ["", "a", "abc", "Call me Ishmael. Some years ago--never mind how long precisely-"],
            [0xEF46_DB37_51D8_E999, 0xD24E_C4F1_A98C_6E5B, 0x44BC_2CF5_AD77_0999, 0x02A2_E854_70D6_FD96] as [UInt64]))
    func vectors(_ text: String, _ digest: UInt64) {
        #expect(XXH64.digest(of: Array(text.utf8).rawSpan) == digest)
    }

    @Test("pieces of any size give the digest of the whole", arguments: 0..<20 as Range<UInt64>)
    func pieces(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let bytes = (0..<Int.random(in: 0..<5_000, using: &generator)).map { _ in
            UInt8.random(in: .min ... .max, using: &generator)
        }
        var hasher = XXH64()
        var offset = 0
        while offset < bytes.count {
            let count = Int.random(in: 0...min(200, bytes.count - offset), using: &generator)
            hasher.update(Array(bytes[offset..<offset + count]).rawSpan)
            offset += count
        }
        let whole = XXH64.digest(of: bytes.rawSpan)
        #expect(hasher.finish() == whole, "\(generator)")
        #expect(hasher.finish() == whole, "finishing twice, \(generator)")
    }
}
