import Platform

/// A document as a record of section 5 (Format.md, 1.4).
enum DocumentRecord {
    /// The size before path, item, claim, title and metadata.
    static let fixedByteCount = 96
    private static let absent = UInt32.max

    static func serialized(_ stored: StoredDocument) -> [UInt8] {
        let document = stored.document
        var rest: [UInt8] = []
        append(document.path, to: &rest)
        append(document.item, to: &rest)
        append(Array(document.claim.utf8), to: &rest)
        append(document.title.map { Array($0.utf8) }, to: &rest)
        append(document.metadata.map { Array($0.utf8) }, to: &rest)
        var bytes: [UInt8] = []
        bytes.append(littleEndian: UInt32(fixedByteCount + rest.count))
        bytes.append(littleEndian: UInt32(stored.rows.lowerBound))
        bytes.append(littleEndian: UInt32(stored.rows.count))
        bytes.append(littleEndian: 0 as UInt32)
        bytes.append(littleEndian: UInt64(document.size))
        bytes.append(littleEndian: document.modified)
        return bytes + document.content.bytes + document.key.bytes + rest
    }

    private static func append(_ field: [UInt8]?, to bytes: inout [UInt8]) {
        bytes.append(littleEndian: field.map { UInt32($0.count) } ?? absent)
        bytes += field ?? []
    }

    /// Reads one record; the order of rows is for the caller to check.
    static func parse(_ parser: inout FieldParser) throws(ShardsError) -> StoredDocument {
        let start = parser.offset
        let byteCount = Int(try parser.integer(UInt32.self))
        let firstRow = Int(try parser.integer(UInt32.self))
        let rowCount = Int(try parser.integer(UInt32.self))
        try parser.expectZeros(4)
        let size = try parser.count(UInt64.self, "document size")
        let modified = try parser.integer(Int64.self)
        guard let content = SHA256Digest(bytes: try parser.bytes(32)),
            let key = SHA256Digest(bytes: try parser.bytes(32)), rowCount > 0
        else { throw parser.corrupt("a document without rows", at: start) }
        guard let path = try field(&parser) else { throw parser.corrupt("a document without a path", at: start) }
        let item = try field(&parser)
        guard let claim = try field(&parser) else { throw parser.corrupt("a document without a claim", at: start) }
        let document = ShardDocument(
            path: path, item: item, size: size, modified: modified, content: content, key: key,
            claim: String(decoding: claim, as: UTF8.self),
            title: try field(&parser).map { String(decoding: $0, as: UTF8.self) },
            metadata: try field(&parser).map { String(decoding: $0, as: UTF8.self) })
        guard parser.offset - start == byteCount, !path.isEmpty, !path.contains(0) else {
            throw parser.corrupt("a document of another size than its record says", at: start)
        }
        return StoredDocument(document: document, rows: firstRow..<firstRow + rowCount)
    }

    /// Passes over one record.
    static func skip(_ parser: inout FieldParser) throws(ShardsError) {
        let start = parser.offset
        let byteCount = Int(try parser.integer(UInt32.self))
        guard byteCount >= fixedByteCount else {
            throw parser.corrupt("a document of another size than its record says", at: start)
        }
        try parser.skip(byteCount - MemoryLayout<UInt32>.size)
    }

    private static func field(_ parser: inout FieldParser) throws(ShardsError) -> [UInt8]? {
        let count = try parser.integer(UInt32.self)
        return count == absent ? nil : try parser.bytes(Int(count))
    }
}
