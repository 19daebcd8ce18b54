import Platform
import SystemPackage

/// The first 128 bytes of section L: where its parts are (Format.md, 1.8).
struct TermsHeader: Sendable, Hashable {
    var analyzer: [UInt8]
    var rowCount: Int
    /// The words of all rows.
    var wordCount: Int
    var termCount: Int
    var postingCount: Int
    /// The offsets of the parts in the content.
    var lengths = 0
    var index = 0
    var dictionary = 0
    var postings = 0
    /// The offset after the last posting.
    var end = 0

    static let byteCount = 128
    static let tag = Array("VSPTERMS".utf8)
    static let version: UInt32 = 1
    static let analyzerByteCount = 32

    /// The bytes, with their XXH64 last.
    func serialized() -> [UInt8] {
        var bytes = Self.tag
        bytes.append(littleEndian: Self.version)
        bytes.append(littleEndian: UInt32(rowCount))
        bytes += analyzer + Array(repeating: 0, count: Self.analyzerByteCount - analyzer.count)
        for value in [wordCount, termCount, postingCount, lengths, index, dictionary, postings, end, 0] {
            bytes.append(littleEndian: UInt64(value))
        }
        bytes.append(littleEndian: XXH64.digest(of: bytes.rawSpan))
        return bytes
    }
}

extension TermsHeader {
    /// Parses the header of a section whose content has `byteCount` bytes, and checks its offsets.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`, or `.unsupported` for a later version.
    init(_ content: RawSpan, rowCount: Int, path: FilePath, at offset: Int) throws(ShardsError) {
        var parser = FieldParser(content, path: path, section: "terms", at: offset)
        try parser.expect(Self.tag, "the tag VSPTERMS is missing")
        let version = try parser.integer(UInt32.self)
        // First, so that a flipped bit is not taken for a later version.
        guard content.byteCount >= Self.byteCount,
            content.littleEndian(UInt64.self, at: Self.byteCount - 8)
                == XXH64.digest(of: content.extracting(0..<Self.byteCount - 8))
        else { throw parser.corrupt("checksum mismatch in the header of the terms") }
        guard version == Self.version else {
            throw ShardsError(
                .unsupported, path: path, section: "terms", "version \(version) of its terms. Use a later program")
        }
        self.rowCount = try parser.count(UInt32.self, "number of rows")
        analyzer = Array(try parser.bytes(Self.analyzerByteCount).prefix { $0 != 0 })
        let limit = 1 << 56
        wordCount = try parser.count(UInt64.self, limit: limit, "number of words")
        termCount = try parser.count(UInt64.self, limit: Int(UInt32.max), "number of terms")
        postingCount = try parser.count(UInt64.self, limit: limit, "number of postings")
        lengths = try parser.count(UInt64.self, limit: limit, "offset of the lengths")
        index = try parser.count(UInt64.self, limit: limit, "offset of the dictionary's index")
        dictionary = try parser.count(UInt64.self, limit: limit, "offset of the dictionary")
        postings = try parser.count(UInt64.self, limit: limit, "offset of the postings")
        end = try parser.count(UInt64.self, limit: limit, "end of the postings")
        try parser.expectZeros(8)
        _ = try parser.integer(UInt64.self)
        guard self.rowCount == rowCount, lengths == Self.byteCount, index >= lengths + 2 * rowCount,
            dictionary == index + 4 * TermsDictionary.blockCount(terms: termCount), postings >= dictionary,
            end >= postings, end == content.byteCount
        else { throw parser.corrupt("its parts are not where they should be") }
    }
}
