import Platform

/// One entry of S1: the position and contents of a section (Format.md, 1.5).
package struct ShardSection: Sendable, Hashable {
    /// The kind of contents; the numbers are those of the format.
    package enum Kind: UInt32, Sendable, CaseIterable {
        case codes = 1
        case signPlane = 2
        case text = 3
        case passages = 4
        case documents = 5

        /// Whether a shard is whole without it; older shards do not have the kinds that came later.
        var isOptional: Bool { self == .signPlane }

        /// The name in messages.
        package var name: String {
            switch self {
            case .codes: "codes"
            case .signPlane: "sign plane"
            case .text: "text"
            case .passages: "passages"
            case .documents: "documents"
            }
        }
    }

    /// How the section's bytes are framed.
    package enum Framing: UInt32, Sendable {
        case rawBlocks = 0
        case compressedFrames = 1
    }

    /// The type's number; sections of unknown types are preserved.
    let type: UInt32
    let isOptional: Bool
    let framing: Framing
    /// The rows or passages of every block or frame but the last; 0 for text and documents.
    let recordsPerBlock: Int
    package let recordCount: Int
    package let offset: Int
    package let byteCount: Int
    package let decodedByteCount: Int
    /// The start of the section's contents.
    ///
    /// For raw blocks, it is the file offset of the first contents; for frames, the number of the first one in the list
    /// of S1.
    let first: Int
    /// The stride of raw blocks' contents, or the number of frames.
    let step: Int
    /// XXH64 of the section's bytes in the file.
    let checksum: UInt64

    static let byteCountOfEntry = 72

    package var kind: Kind? { Kind(rawValue: type) }

    /// The name in messages.
    var name: String { kind?.name ?? "section of type \(type)" }

    /// The offset after the last byte.
    var end: Int { offset + byteCount }

    func append(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: type)
        bytes.append(littleEndian: (isOptional ? 1 : 0) as UInt32)
        bytes.append(littleEndian: framing.rawValue)
        bytes.append(littleEndian: UInt32(recordsPerBlock))
        for value in [recordCount, offset, byteCount, decodedByteCount, first, step] {
            bytes.append(littleEndian: UInt64(value))
        }
        bytes.append(littleEndian: checksum)
    }
}

extension ShardSection {
    init(_ parser: inout FieldParser) throws(ShardsError) {
        type = try parser.integer(UInt32.self)
        let flags = try parser.integer(UInt32.self)
        guard flags <= 1 else { throw parser.corrupt("section of type \(type): unknown flags \(flags)") }
        isOptional = flags == 1
        let framing = try parser.integer(UInt32.self)
        guard let framing = Framing(rawValue: framing) else {
            throw parser.corrupt("section of type \(type): unknown framing")
        }
        self.framing = framing
        recordsPerBlock = try parser.count(
            UInt32.self, limit: ShardFormat.maximumRowCount, "number of records per block")
        recordCount = try parser.count(UInt64.self, limit: ShardFormat.maximumRowCount, "number of records")
        // 2^56 bytes: far above any file, far below where sums of two could overflow.
        offset = try parser.count(UInt64.self, limit: 1 << 56, "section offset")
        byteCount = try parser.count(UInt64.self, limit: 1 << 56, "section size")
        decodedByteCount = try parser.count(UInt64.self, limit: 1 << 56, "decoded section size")
        first = try parser.count(UInt64.self, limit: 1 << 56, "start of blocks")
        step = try parser.count(
            UInt64.self, limit: framing == .rawBlocks ? 1 << 56 : SeekTable.maximumFrameCount,
            "stride or number of frames")
        checksum = try parser.integer(UInt64.self)
    }
}

/// One compressed frame in the list of S1.
struct ShardFrame: Sendable, Hashable {
    /// The frame's offset in the file; not stored, because the frames of a section follow one another.
    let offset: Int
    /// The frame's size in the file.
    let byteCount: Int
    let decodedByteCount: Int
    /// The number of its first row or document.
    let firstRecord: Int

    static let byteCountOfEntry = 12

    func append(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: UInt32(byteCount))
        bytes.append(littleEndian: UInt32(decodedByteCount))
        bytes.append(littleEndian: UInt32(firstRecord))
    }
}
