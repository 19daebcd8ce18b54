import Platform

/// Verifies the content of a mapped section where it is read, 64 KiB at a time, each once.
///
/// So a search reads no more of a large section than it needs, and yet never a flipped bit (Format.md, 1.8).
final class ChunkChecks: Sendable {
    static let chunkByteCount = 1 << 16

    private let checked: SharedBits

    /// Checks a content of `byteCount` bytes.
    init(byteCount: Int) {
        checked = SharedBits(count: Self.chunkCount(byteCount))
    }

    static func chunkCount(_ byteCount: Int) -> Int { (byteCount + chunkByteCount - 1) / chunkByteCount }

    /// The bytes of the checksums of a content.
    static func checksums(of content: RawSpan) -> [UInt8] {
        var sums = Sums()
        sums.add(content)
        return sums.finish()
    }

    /// Computes the checksums of a content that comes in pieces.
    struct Sums {
        private(set) var bytes: [UInt8] = []
        private var digest = XXH64()
        private var room = ChunkChecks.chunkByteCount

        /// Adds the next piece.
        mutating func add(_ piece: RawSpan) {
            var offset = 0
            while offset < piece.byteCount {
                let end = min(offset + room, piece.byteCount)
                digest.update(piece.extracting(offset..<end))
                room -= end - offset
                offset = end
                if room == 0 { close() }
            }
        }

        /// The checksums of all pieces.
        mutating func finish() -> [UInt8] {
            if room < ChunkChecks.chunkByteCount { close() }
            return bytes
        }

        private mutating func close() {
            bytes.append(littleEndian: digest.finish())
            digest = XXH64()
            room = ChunkChecks.chunkByteCount
        }
    }

    private static func range(_ chunk: Int, _ byteCount: Int) -> Range<Int> {
        chunk * chunkByteCount..<min((chunk + 1) * chunkByteCount, byteCount)
    }

    /// The offset of the first chunk of a range whose checksum does not match; nil when all do.
    func firstFault(in range: Range<Int>, of content: RawSpan, checksums: RawSpan) -> Int? {
        guard !range.isEmpty else { return nil }
        for chunk in range.lowerBound / Self.chunkByteCount...(range.upperBound - 1) / Self.chunkByteCount {
            if checked.contains(chunk) { continue }
            let place = Self.range(chunk, content.byteCount)
            guard checksums.littleEndian(UInt64.self, at: chunk * 8) == XXH64.digest(of: content.extracting(place))
            else { return place.lowerBound }
            checked.insert(chunk)
        }
        return nil
    }
}
