package import Identity
package import Platform

/// A document in the index, apart from its passages.
package struct ShardDocument: Sendable, Hashable {
    /// The path relative to the inbox, raw bytes; not empty, no NUL.
    package var path: [UInt8]
    /// The `id` of an object of a `.jsonl` file.
    package var item: [UInt8]?
    /// The size of the document in bytes.
    package var size: Int
    /// When its file was last modified, in nanoseconds since 1970.
    package var modified: Int64
    /// SHA-256 of its contents.
    package var content: SHA256Digest
    /// SHA-256 of identifier, contents and pipeline: equal keys mean equal rows.
    package var key: SHA256Digest
    /// The name under which the file was claimed; a claim in the index has been committed.
    package var claim: String
    package var title: String?
    /// The metadata as JSON text.
    package var metadata: String?

    package init(
        path: [UInt8], item: [UInt8]? = nil, size: Int, modified: Int64, content: SHA256Digest, key: SHA256Digest,
        claim: String, title: String? = nil, metadata: String? = nil
    ) {
        self.path = path
        self.item = item
        self.size = size
        self.modified = modified
        self.content = content
        self.key = key
        self.claim = claim
        self.title = title
        self.metadata = metadata
    }

    /// Whether its record does not exceed the limit for records (Format.md, 1.7).
    package var fits: Bool {
        let fields = [path, item ?? []].map(\.count)
        let texts = [claim, title ?? "", metadata ?? ""].map(\.utf8.count)
        return (fields + texts).reduce(DocumentRecord.fixedByteCount + 20, +) <= ShardFormat.maximumRecordByteCount
    }

    /// Identifies the document when it arrives again.
    package var identifier: DocumentIdentifier {
        DocumentIdentifier(path: path, item: item)
    }
}

/// A passage to store: its position in its document, and its text.
package struct ShardPassage: Sendable, Hashable {
    /// The passage's bytes in the document.
    package var byteRange: Range<Int>
    /// The passage's lines in the document, from 1.
    package var lineRange: ClosedRange<Int>
    /// The number of tokens without special tokens.
    package var tokenCount: Int
    /// Whether the encoder saw only part of the passage.
    package var isTruncated: Bool
    /// UTF-8 text, shown in search results.
    package var text: [UInt8]

    package init(
        byteRange: Range<Int>, lineRange: ClosedRange<Int>, tokenCount: Int, isTruncated: Bool, text: [UInt8]
    ) {
        self.byteRange = byteRange
        self.lineRange = lineRange
        self.tokenCount = tokenCount
        self.isTruncated = isTruncated
        self.text = text
    }
}

/// A document as read from a shard.
package struct StoredDocument: Sendable, Hashable {
    package let document: ShardDocument
    /// The document's rows in the shard; never empty.
    package let rows: Range<Int>
}
