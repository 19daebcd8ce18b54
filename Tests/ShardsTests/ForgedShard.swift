import Platform

/// A shard taken apart and reassembled, with every checksum corrected whatever the pieces contain.
///
/// It is written from Format.md alone, so it is also a second implementation of the format.
struct ForgedShard {
    enum Frame {
        /// A pad or a frame that is copied as it is.
        case copied([UInt8])
        /// The content of a compressed frame.
        case compressed([UInt8])
    }

    /// S0's payload without its checksum.
    var header: [UInt8]
    /// S1's payload without its checksum.
    var index: [UInt8]
    /// The frames of each section.
    var frames: [[Frame]]
    private let sections: [UInt8]
    private let seekTable: [UInt8]

    init(_ file: [UInt8]) throws {
        let frameCount = file.number(at: file.count - 9, byteCount: 4)
        let seekTableStart = file.count - 17 - 12 * frameCount
        let indexStart = seekTableStart - file.number(at: file.count - 21, byteCount: 4)
        header = Array(file[17..<17 + 184])
        index = Array(file[indexStart + 8..<seekTableStart - 8])
        sections = Array(file[209..<indexStart])
        seekTable = Array(file[seekTableStart...])
        frames = []
        for section in 0..<index.number(at: 12, byteCount: 4) {
            let entry = 32 + 72 * section
            let start = index.number(at: entry + 24, byteCount: 8)
            var rest = file[start..<start + index.number(at: entry + 32, byteCount: 8)]
            var found: [Frame] = []
            while !rest.isEmpty {
                let bytes = Array(rest)
                let frame = Array(rest.prefix(try Zstandard.frameByteCount(bytes.rawSpan)))
                if index.number(at: entry + 8, byteCount: 4) == 1 {
                    var decompressor = try ZstandardDecompressor()
                    found.append(.compressed(try decompressor.decompressAll(frame.rawSpan, limit: 1 << 24)))
                } else {
                    found.append(.copied(frame))
                }
                rest = rest.dropFirst(frame.count)
            }
            frames.append(found)
        }
    }

    /// The file with the present header and index, correct checksums, and unchanged sections.
    func serialized() -> [UInt8] {
        let checksum = XXH64.digest(of: header.rawSpan)
        var file: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x00, 0x01, 0x00, 0x00]
        file += Self.skippable(0x184D_2A50, header + Self.bytes(checksum, 8)) + sections
        var index = index
        index.overwrite(at: 16, with: checksum, byteCount: 8)
        return file + Self.skippable(0x184D_2A53, index + Self.bytes(XXH64.digest(of: index.rawSpan), 8)) + seekTable
    }

    /// The file with the present frames and matching sizes, offsets, checksums and seek table.
    func rebuilt() throws -> [UInt8] {
        var sectionBytes: [UInt8] = []
        var index = index
        var compressor = try ZstandardCompressor()
        var table = Self.bytes(9, 4) + Self.bytes(0, 4) + Self.bytes(0x51D8_E999, 4)
        table += Self.bytes(200, 4) + Self.bytes(0, 4) + Self.bytes(0x51D8_E999, 4)
        var listed = 32 + 72 * frames.count
        for (section, frames) in frames.enumerated() {
            let start = sectionBytes.count
            let entry = 32 + 72 * section
            var decoded = 0
            for frame in frames {
                switch frame {
                case .copied(let bytes):
                    let content = Zstandard.isSkippable(bytes.rawSpan) ? [] : Array(bytes[12..<bytes.count - 4])
                    sectionBytes += bytes
                    decoded += content.count
                    table += Self.entry(bytes.count, content)
                case .compressed(let content):
                    let bytes = try compressor.compress(content.rawSpan)
                    sectionBytes += bytes
                    decoded += content.count
                    index.overwrite(at: listed, with: UInt64(bytes.count), byteCount: 4)
                    index.overwrite(at: listed + 4, with: UInt64(content.count), byteCount: 4)
                    listed += 12
                    table += Self.entry(bytes.count, content)
                }
            }
            let bytes = Array(sectionBytes[start...])
            index.overwrite(at: entry + 24, with: UInt64(209 + start), byteCount: 8)
            index.overwrite(at: entry + 32, with: UInt64(bytes.count), byteCount: 8)
            index.overwrite(at: entry + 40, with: UInt64(decoded), byteCount: 8)
            index.overwrite(at: entry + 64, with: XXH64.digest(of: bytes.rawSpan), byteCount: 8)
        }
        table += Self.entry(index.count + 16, [])
        table += Self.bytes(UInt64(table.count / 12), 4) + [0x80] + Self.bytes(0x8F92_EAB1, 4)
        let headerBytes = header + Self.bytes(XXH64.digest(of: header.rawSpan), 8)
        var file: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x20, 0x00, 0x01, 0x00, 0x00]
        file += Self.skippable(0x184D_2A50, headerBytes) + sectionBytes
        let end = file.count + index.count + 16 + table.count + 8
        index.overwrite(at: 24, with: UInt64(end), byteCount: 8)
        file += Self.skippable(0x184D_2A53, index + Self.bytes(XXH64.digest(of: index.rawSpan), 8))
        return file + Self.skippable(0x184D_2A5E, table)
    }

    private static func entry(_ byteCount: Int, _ content: [UInt8]) -> [UInt8] {
        bytes(UInt64(byteCount), 4) + bytes(UInt64(content.count), 4) + bytes(XXH64.digest(of: content.rawSpan), 4)
    }

    private static func skippable(_ magic: UInt64, _ payload: [UInt8]) -> [UInt8] {
        bytes(magic, 4) + bytes(UInt64(payload.count), 4) + payload
    }

    private static func bytes(_ value: UInt64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
    }
}

extension Array where Element == UInt8 {
    /// Replaces bytes by a number, little-endian; bytes past the end are omitted.
    mutating func overwrite(at offset: Int, with value: UInt64, byteCount: Int) {
        for byte in 0..<byteCount where offset + byte < count {
            self[offset + byte] = UInt8(truncatingIfNeeded: value >> UInt64(8 * byte))
        }
    }
}
