import Platform

/// A document as a record of section 5 (Format.md, 1.4).
enum DocumentRecord {
    /// The positions of a record's fields in the parsed bytes.
    ///
    /// A catalog of a million documents is read through these, since an array per field would take most of the time.
    struct Places {
        let rows: Range<Int>
        let size: Int
        let modified: Int64
        /// The position of the 32 bytes of the content's digest.
        let content: Int
        /// The position of the 32 bytes of the key.
        let key: Int
        let path: Range<Int>
        let item: Range<Int>?
        let claim: Range<Int>
        let title: Range<Int>?
        let metadata: Range<Int>?
    }

    /// The size before path, item, claim, title and metadata.
    static let fixedByteCount = 96
    private static let absent = UInt32.max

    /// Appends a record up to its claim; the first field is set when the claim is known.
    static func appendStart(of document: ShardDocument, rows: Range<Int>, to bytes: inout [UInt8]) {
        bytes.append(littleEndian: 0 as UInt32)
        bytes.append(littleEndian: UInt32(rows.lowerBound))
        bytes.append(littleEndian: UInt32(rows.count))
        bytes.append(littleEndian: 0 as UInt32)
        bytes.append(littleEndian: UInt64(document.size))
        bytes.append(littleEndian: document.modified)
        bytes += document.content.bytes
        bytes += document.key.bytes
        append(document.path, to: &bytes)
        append(document.item, to: &bytes)
    }

    /// Appends the part after the claim.
    static func appendEnd(of document: ShardDocument, to bytes: inout [UInt8]) {
        append(document.title.map { Array($0.utf8) }, to: &bytes)
        append(document.metadata.map { Array($0.utf8) }, to: &bytes)
    }

    /// Joins the parts of a whole record.
    static func joined(_ start: ArraySlice<UInt8>, claim: [UInt8], _ end: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(start.count + 4 + claim.count + end.count)
        bytes.append(littleEndian: UInt32(start.count + 4 + claim.count + end.count))
        bytes += start.dropFirst(4)
        append(claim, to: &bytes)
        bytes += end
        return bytes
    }

    /// Appends a whole record of another shard with another first row, and with something before its path.
    static func append(
        _ record: ArraySlice<UInt8>, firstRow: Int, below prefix: [UInt8] = [], to bytes: inout [UInt8]
    ) {
        bytes.append(littleEndian: UInt32(record.count + prefix.count))
        bytes.append(littleEndian: UInt32(firstRow))
        guard !prefix.isEmpty else {
            bytes += record.dropFirst(8)
            return
        }
        let path = record.dropFirst(fixedByteCount)
        let count = path.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        bytes += record.dropFirst(8).prefix(fixedByteCount - 8)
        bytes.append(littleEndian: UInt32(count + prefix.count))
        bytes += prefix + path.dropFirst(4)
    }

    private static func append(_ field: [UInt8]?, to bytes: inout [UInt8]) {
        bytes.append(littleEndian: field.map { UInt32($0.count) } ?? absent)
        bytes += field ?? []
    }

    /// Parses one record; the caller checks the order of rows.
    static func parse(_ parser: inout FieldParser) throws(ShardsError) -> StoredDocument {
        let start = parser.offset
        let places = try locate(&parser)
        guard let content = SHA256Digest(bytes: try parser.bytes(places.content..<places.content + 32)),
            let key = SHA256Digest(bytes: try parser.bytes(places.key..<places.key + 32))
        else { throw parser.corrupt("a document without digests", at: start) }
        let document = ShardDocument(
            path: try parser.bytes(places.path), item: try bytes(places.item, parser), size: places.size,
            modified: places.modified, content: content, key: key, claim: try text(places.claim, parser),
            title: try places.title.map { (range) throws(ShardsError) in try text(range, parser) },
            metadata: try places.metadata.map { (range) throws(ShardsError) in try text(range, parser) })
        return StoredDocument(document: document, rows: places.rows)
    }

    /// Finds the fields of one record without copying them.
    static func locate(_ parser: inout FieldParser) throws(ShardsError) -> Places {
        let start = parser.offset
        let byteCount = Int(try parser.integer(UInt32.self))
        let firstRow = Int(try parser.integer(UInt32.self))
        let rowCount = Int(try parser.integer(UInt32.self))
        guard try parser.integer(UInt32.self) == 0 else {
            throw parser.corrupt("not zeros, as reserved bytes must be", at: parser.offset - 4)
        }
        let size = try parser.count(UInt64.self, "document size")
        let modified = try parser.integer(Int64.self)
        let content = try parser.skip(32).lowerBound
        let key = try parser.skip(32).lowerBound
        guard rowCount > 0 else { throw parser.corrupt("a document without rows", at: start) }
        guard let path = try field(&parser) else { throw parser.corrupt("a document without a path", at: start) }
        let item = try field(&parser)
        guard let claim = try field(&parser) else { throw parser.corrupt("a document without a claim", at: start) }
        let title = try field(&parser)
        let metadata = try field(&parser)
        guard parser.offset - start == byteCount, !path.isEmpty, !parser.containsZero(path) else {
            throw parser.corrupt("a document whose size differs from its record's", at: start)
        }
        return Places(
            rows: firstRow..<firstRow + rowCount, size: size, modified: modified, content: content, key: key,
            path: path, item: item, claim: claim, title: title, metadata: metadata)
    }

    private static func field(_ parser: inout FieldParser) throws(ShardsError) -> Range<Int>? {
        let count = try parser.integer(UInt32.self)
        return count == absent ? nil : try parser.skip(Int(count))
    }

    private static func bytes(_ range: Range<Int>?, _ parser: borrowing FieldParser) throws(ShardsError) -> [UInt8]? {
        guard let range else { return nil }
        return try parser.bytes(range)
    }

    private static func text(_ range: Range<Int>, _ parser: borrowing FieldParser) throws(ShardsError) -> String {
        String(decoding: try parser.bytes(range), as: UTF8.self)
    }

    /// Skips one record.
    static func skip(_ parser: inout FieldParser) throws(ShardsError) {
        let start = parser.offset
        let byteCount = Int(try parser.integer(UInt32.self))
        guard byteCount >= fixedByteCount else {
            throw parser.corrupt("a document whose size differs from its record's", at: start)
        }
        _ = try parser.skip(byteCount - MemoryLayout<UInt32>.size)
    }
}
