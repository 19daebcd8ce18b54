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
        case terms = 6
        case columns = 7

        /// Whether a shard is whole without it; older shards do not have the kinds that came later.
        var isOptional: Bool { self == .signPlane || self == .terms || self == .columns }

        /// The name in messages.
        package var name: String {
            switch self {
            case .codes: "codes"
            case .signPlane: "sign plane"
            case .text: "text"
            case .passages: "passages"
            case .documents: "documents"
            case .terms: "terms"
            case .columns: "columns"
            }
        }
    }

    /// How the section's bytes are framed.
    package enum Framing: UInt32, Sendable {
        case rawBlocks = 0
        case compressedFrames = 1
        /// One skippable frame, whose content is mapped and verified where it is read.
        case mapped = 2
        /// Of a section that only later programs know; no file has this number.
        case unknown = 0xFFFF_FFFF
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
    /// For raw blocks and mapped sections, it is the file offset of the first contents; for frames, the number of the first one
    /// in the list of S1.
    let first: Int
    /// The stride of raw blocks' contents, the number of frames, or the bytes of a mapped content.
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
        isOptional = flags & 1 == 1
        // What a later program wrote may have any form, as long as it can be left out.
        let isSkipped = isOptional && Kind(rawValue: type) == nil
        guard flags <= 1 || isSkipped else { throw parser.corrupt("section of type \(type): unknown flags \(flags)") }
        let number = try parser.integer(UInt32.self)
        guard let framing = Framing(rawValue: number) ?? (isSkipped ? .unknown : nil), framing != .unknown || isSkipped
        else { throw parser.corrupt("section of type \(type): unknown framing") }
        self.framing = framing
        guard !isSkipped || framing == .compressedFrames else {
            (recordsPerBlock, recordCount, decodedByteCount, first, step) = (0, 0, 0, 0, 0)
            _ = try parser.skip(4 + 8)
            offset = try parser.count(UInt64.self, limit: 1 << 56, "section offset")
            byteCount = try parser.count(UInt64.self, limit: 1 << 56, "section size")
            _ = try parser.skip(3 * 8)
            checksum = try parser.integer(UInt64.self)
            return
        }
        recordsPerBlock = try parser.count(
            UInt32.self, limit: ShardFormat.maximumRowCount, "number of records per block")
        recordCount = try parser.count(UInt64.self, limit: ShardFormat.maximumRowCount, "number of records")
        // 2^56 bytes: far above any file, far below where sums of two could overflow.
        offset = try parser.count(UInt64.self, limit: 1 << 56, "section offset")
        byteCount = try parser.count(UInt64.self, limit: 1 << 56, "section size")
        decodedByteCount = try parser.count(UInt64.self, limit: 1 << 56, "decoded section size")
        first = try parser.count(UInt64.self, limit: 1 << 56, "start of blocks")
        step = try parser.count(
            UInt64.self, limit: framing == .compressedFrames ? SeekTable.maximumFrameCount : 1 << 56,
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
