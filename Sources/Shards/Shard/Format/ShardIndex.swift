import Platform
import SystemPackage

/// S1: the sections of a shard and the frames of the compressed ones (Format.md, 1.5).
struct ShardIndex: Sendable, Hashable {
    let headerChecksum: UInt64
    /// The size of the whole file in bytes.
    let fileByteCount: Int
    let sections: [ShardSection]
    /// The frames of the sections of compressed frames, in file order.
    let frames: [ShardFrame]

    /// The fields from the tag to the file size.
    private static let fixedByteCount = 32

    func section(_ kind: ShardSection.Kind) -> ShardSection? {
        sections.first { $0.kind == kind }
    }

    /// The frames of a section of compressed frames.
    func frames(of section: ShardSection) -> ArraySlice<ShardFrame> {
        section.framing == .compressedFrames ? frames[section.first..<section.first + section.step] : []
    }

    static func payloadByteCount(sections: Int, frames: Int) -> Int {
        fixedByteCount + sections * ShardSection.byteCountOfEntry + frames * ShardFrame.byteCountOfEntry + 8
    }

    /// The payload of S1, with its XXH64 last.
    func serialized() -> [UInt8] {
        var bytes = ShardFormat.indexTag
        bytes.append(littleEndian: ShardFormat.version)
        bytes.append(littleEndian: UInt32(sections.count))
        bytes.append(littleEndian: headerChecksum)
        bytes.append(littleEndian: UInt64(fileByteCount))
        for section in sections { section.append(to: &bytes) }
        for frame in frames { frame.append(to: &bytes) }
        bytes.append(littleEndian: XXH64.digest(of: bytes.rawSpan))
        return bytes
    }

    /// Parses and verifies the payload of S1, which is at offset `origin` of the file.
    ///
    /// Returns the index and its XXH64, which is the shard's checksum. `ShardIndex.check` checks the meaning of the
    /// numbers.
    static func parse(
        _ payload: RawSpan, path: FilePath, at origin: Int
    ) throws(ShardsError) -> (index: ShardIndex, checksum: UInt64) {
        var parser = FieldParser(payload, path: path, section: "index", at: origin)
        let checksumOffset = payload.byteCount - 8
        guard checksumOffset >= fixedByteCount, let checksum = payload.littleEndian(UInt64.self, at: checksumOffset),
            checksum == XXH64.digest(of: payload.extracting(0..<checksumOffset))
        else { throw parser.corrupt("checksum mismatch: the index of the shard is damaged") }
        return (try ShardIndex(&parser, byteCount: checksumOffset), checksum)
    }

    init(headerChecksum: UInt64, fileByteCount: Int, sections: [ShardSection], frames: [ShardFrame]) {
        self.headerChecksum = headerChecksum
        self.fileByteCount = fileByteCount
        self.sections = sections
        self.frames = frames
    }

    private init(_ parser: inout FieldParser, byteCount: Int) throws(ShardsError) {
        try parser.expect(ShardFormat.indexTag, "the index of a shard: the tag VSPINDEX is missing")
        guard try parser.integer(UInt32.self) == ShardFormat.version else {
            throw parser.corrupt("the index has another version than the header")
        }
        let count = try parser.count(UInt32.self, limit: ShardFormat.maximumSectionCount, "number of sections")
        headerChecksum = try parser.integer(UInt64.self)
        fileByteCount = try parser.count(UInt64.self, "file size")
        var sections: [ShardSection] = []
        for _ in 0..<count { sections.append(try ShardSection(&parser)) }
        self.sections = sections
        let framesByteCount = byteCount - parser.offset
        let frameCount = sections.reduce(0) { $0 + ($1.framing == .compressedFrames ? $1.step : 0) }
        guard framesByteCount >= 0, framesByteCount % ShardFrame.byteCountOfEntry == 0,
            frameCount == framesByteCount / ShardFrame.byteCountOfEntry
        else { throw parser.corrupt("the length of the list of frames does not match the sections") }
        frames = try Self.frames(&parser, of: sections, count: frameCount)
    }

    private static func frames(
        _ parser: inout FieldParser, of sections: [ShardSection], count: Int
    ) throws(ShardsError) -> [ShardFrame] {
        var frames: [ShardFrame] = []
        frames.reserveCapacity(count)
        for section in sections where section.framing == .compressedFrames {
            guard section.first == frames.count else {
                throw parser.corrupt("the frames of the \(section.name) do not follow the previous ones")
            }
            var offset = section.offset
            for _ in 0..<section.step {
                let frame = ShardFrame(
                    offset: offset, byteCount: Int(try parser.integer(UInt32.self)),
                    decodedByteCount: Int(try parser.integer(UInt32.self)),
                    firstRecord: Int(try parser.integer(UInt32.self)))
                frames.append(frame)
                offset += frame.byteCount
            }
            guard offset == section.end else {
                throw parser.corrupt("the frames of the \(section.name) do not fill the section")
            }
        }
        return frames
    }
}
