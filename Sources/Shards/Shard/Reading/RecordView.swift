import Platform

/// A view of a document's record in the decoded table, with the fields that catalogs need and no copies.
struct RecordView: ~Escapable {
    private let bytes: RawSpan
    private let places: DocumentRecord.Places

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, _ places: DocumentRecord.Places) {
        self.bytes = bytes
        self.places = places
    }

    /// The document's rows in the shard.
    var rows: Range<Int> { places.rows }

    /// The digests of its identifier and of its path alone, which are equal when it is not an item.
    var digests: (whole: IdentifierDigest, path: IdentifierDigest) {
        let path = IdentifierDigest(path: bytes.extracting(places.path))
        guard let item = places.item else { return (path, path) }
        return (IdentifierDigest(path: bytes.extracting(places.path), item: bytes.extracting(item)), path)
    }

    var content: ContentTable.Tag { ContentTable.Tag(bytes, at: places.content) }

    var key: KeyPrefix { KeyPrefix(bytes, at: places.key) }

    /// The beginning of its contents' digest, which suffices to tell contents apart.
    var contents: KeyPrefix { KeyPrefix(bytes, at: places.content) }

    /// Its claim.
    var claimText: String {
        var text: [UInt8] = []
        var offset = 0
        while let byte = claim.littleEndian(UInt8.self, at: offset) {
            text.append(byte)
            offset += 1
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// The bytes of its claim.
    var claim: RawSpan {
        @_lifetime(copy self)
        get { bytes.extracting(places.claim) }
    }
}
