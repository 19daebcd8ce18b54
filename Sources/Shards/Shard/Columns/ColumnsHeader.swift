import Platform
import SystemPackage

/// The first 128 bytes of section K: where its parts are (Format.md, 1.9).
struct ColumnsHeader: Sendable, Hashable {
    var documentCount: Int
    var keyCount: Int
    /// Whether there are keys that the directory does not name.
    var hasOtherKeys: Bool
    /// The offsets of the parts in the content.
    var directory = 0
    var values = 0
    /// The offset after the last value.
    var end = 0

    static let byteCount = 128
    static let tag = Array("VSPCOLUM".utf8)
    static let version: UInt32 = 1

    var rows: Int { Self.byteCount }
    var times: Int { rows + 4 * documentCount }
    var order: Int { times + 8 * documentCount }
    var identifiers: Int { order + 4 * documentCount }

    /// The bytes, with their XXH64 last.
    func serialized() -> [UInt8] {
        var bytes = Self.tag
        bytes.append(littleEndian: Self.version)
        bytes.append(littleEndian: UInt32(documentCount))
        bytes.append(littleEndian: UInt32(keyCount))
        bytes.append(littleEndian: (hasOtherKeys ? 1 : 0) as UInt32)
        for value in [rows, times, order, identifiers, directory, values, end] {
            bytes.append(littleEndian: UInt64(value))
        }
        bytes += Array(repeating: 0, count: Self.byteCount - 8 - bytes.count)
        bytes.append(littleEndian: XXH64.digest(of: bytes.rawSpan))
        return bytes
    }
}

extension ColumnsHeader {
    /// Parses the header of a section with this content, and checks its offsets.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`, or `.unsupported` for a later version.
    init(_ content: RawSpan, documentCount: Int, path: FilePath, at offset: Int) throws(ShardsError) {
        var parser = FieldParser(content, path: path, section: "columns", at: offset)
        try parser.expect(Self.tag, "the tag VSPCOLUM is missing")
        let version = try parser.integer(UInt32.self)
        // First, so that a flipped bit is not taken for a later version.
        guard content.byteCount >= Self.byteCount,
            content.littleEndian(UInt64.self, at: Self.byteCount - 8)
                == XXH64.digest(of: content.extracting(0..<Self.byteCount - 8))
        else { throw parser.corrupt("checksum mismatch in the header of the columns") }
        guard version == Self.version else {
            throw ShardsError(
                .unsupported, path: path, section: "columns", "version \(version) of its columns. Use a later program")
        }
        self.documentCount = try parser.count(UInt32.self, "number of documents")
        keyCount = try parser.count(UInt32.self, limit: ColumnsBuilder.maximumKeyCount, "number of keys")
        let flags = try parser.integer(UInt32.self)
        hasOtherKeys = flags & 1 == 1
        let limit = ColumnsBuilder.maximumByteCount
        let fixed = [
            try parser.count(UInt64.self, limit: limit, "offset of the rows"),
            try parser.count(UInt64.self, limit: limit, "offset of the times"),
            try parser.count(UInt64.self, limit: limit, "offset of the order"),
            try parser.count(UInt64.self, limit: limit, "offset of the identifiers"),
        ]
        directory = try parser.count(UInt64.self, limit: limit, "offset of the directory")
        values = try parser.count(UInt64.self, limit: limit, "offset of the values")
        end = try parser.count(UInt64.self, limit: limit, "end of the values")
        try parser.expectZeros(Self.byteCount - 8 - parser.offset)
        _ = try parser.integer(UInt64.self)
        guard self.documentCount == documentCount, flags <= 1, fixed == [rows, times, order, identifiers],
            directory >= identifiers, values >= directory, end >= values, end == content.byteCount
        else { throw parser.corrupt("its parts are not where they should be") }
    }
}
