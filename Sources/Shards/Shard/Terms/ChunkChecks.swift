import Platform
import Synchronization

/// Verifies the content of a mapped section where it is read, 64 KiB at a time, each once.
///
/// So a search reads no more of a large section than it needs, and yet never a flipped bit (Format.md, 1.8).
final class ChunkChecks: Sendable {
    static let chunkByteCount = 1 << 16

    private let checked: Mutex<[UInt64]>

    /// Checks a content of `byteCount` bytes.
    init(byteCount: Int) {
        let chunks = Self.chunkCount(byteCount)
        checked = Mutex(Array(repeating: 0, count: (chunks + 63) / 64))
    }

    static func chunkCount(_ byteCount: Int) -> Int { (byteCount + chunkByteCount - 1) / chunkByteCount }

    /// The bytes of the checksums of a content.
    static func checksums(of content: RawSpan) -> [UInt8] {
        var bytes: [UInt8] = []
        for chunk in 0..<chunkCount(content.byteCount) {
            bytes.append(littleEndian: XXH64.digest(of: content.extracting(range(chunk, content.byteCount))))
        }
        return bytes
    }

    private static func range(_ chunk: Int, _ byteCount: Int) -> Range<Int> {
        chunk * chunkByteCount..<min((chunk + 1) * chunkByteCount, byteCount)
    }

    /// The offset of the first chunk of a range whose checksum does not match; nil when all do.
    func firstFault(in range: Range<Int>, of content: RawSpan, checksums: RawSpan) -> Int? {
        guard !range.isEmpty else { return nil }
        for chunk in range.lowerBound / Self.chunkByteCount...(range.upperBound - 1) / Self.chunkByteCount {
            let (word, bit) = (chunk / 64, UInt64(1) << UInt64(chunk % 64))
            if checked.withLock({ $0[word] & bit != 0 }) { continue }
            let place = Self.range(chunk, content.byteCount)
            guard checksums.littleEndian(UInt64.self, at: chunk * 8) == XXH64.digest(of: content.extracting(place))
            else { return place.lowerBound }
            checked.withLock { $0[word] |= bit }
        }
        return nil
    }
}
