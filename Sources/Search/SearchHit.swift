import Identity
package import Platform
package import Quantization
package import Shards
import Text

/// One passage that answers a query.
package struct SearchHit: Sendable, Equatable {
    /// The query's text, or its id in a file of queries.
    package let query: String
    /// The rank among the hits of its query; the first is 1.
    package internal(set) var rank: Int
    /// The score; higher is nearer.
    package let score: Double
    /// The document's name: its path below the inbox, for an object of JSON Lines followed by `#` and its id.
    package let document: String
    /// The passage's number in its document; the first is 0.
    package let passage: Int
    /// The byte range of the passage in the document's text.
    package let bytes: Range<Int>
    /// The lines of the passage; the first line of a document is 1.
    package let lines: ClosedRange<Int>
    /// The passage itself.
    package let text: String
    /// The document's metadata as a JSON object.
    package let metadata: String
    /// The file that was dropped; nil where nobody asks for it.
    package let file: DroppedFile?

    /// Where the words of the query stand in the text, and the sentence that shows best why it was found.
    package internal(set) var excerpt: HitExcerpt
    /// The lines of the document around the sentence, where somebody asked for them.
    package internal(set) var context: DocumentText?
    /// Why it has its score; nil where nobody asked.
    package internal(set) var explanation: HitExplanation?
    /// Where it stands in a snapshot; nil for a hit that is not of one.
    var rows: Rows?

    /// Where else the same text stands.
    package internal(set) var copies: [Place] = []
    /// The next best passages of its document, where hits are grouped by document.
    package internal(set) var further: [SearchHit] = []

    /// The row of a hit in a snapshot, and the rows of its document there.
    struct Rows: Sendable, Equatable {
        let row: Int
        let document: Range<Int>
    }

    /// A file as it was dropped, by which it is found again.
    package struct DroppedFile: Sendable, Equatable {
        /// The path below the inbox.
        package let path: [UInt8]
        /// Nanoseconds since 1970 of the last write.
        package let modified: Int64
        /// Its size when it was claimed; nil where it is not known.
        package let size: Int?
        /// The digest of the file where it is one document; nil where it has several.
        package let digest: SHA256Digest?
        /// The line where the file has several documents; nil where it is one.
        package let item: Item?

        /// What is known of the line of a JSON Lines file that is a document.
        package struct Item: Sendable, Hashable {
            /// Its length without the newline.
            package let byteCount: Int
            /// The digest of these bytes.
            package let digest: SHA256Digest

            package init(byteCount: Int, digest: SHA256Digest) {
                self.byteCount = byteCount
                self.digest = digest
            }
        }

        package init(path: [UInt8], modified: Int64, size: Int? = nil, digest: SHA256Digest? = nil, item: Item? = nil) {
            self.item = item
            self.path = path
            self.modified = modified
            self.size = size
            self.digest = digest
        }
    }

    package init(
        query: String, rank: Int, score: Double, document: String, passage: Int, bytes: Range<Int>,
        lines: ClosedRange<Int>, text: String, metadata: String, file: DroppedFile? = nil,
        excerpt: HitExcerpt? = nil
    ) {
        self.query = query
        self.rank = rank
        self.score = score
        self.document = document
        self.passage = passage
        self.bytes = bytes
        self.lines = lines
        self.text = text
        self.metadata = metadata
        self.file = file
        self.excerpt = excerpt ?? HitExcerpt(matches: [], sentence: 0..<text.utf8.count)
    }

    /// The hit as a line of JSON: `bytes` from the first byte to the one after the last, `lines` the first and the
    /// last.
    ///
    /// Metadata that are not a JSON object, which only a forged shard can contain, become `null`.
    ///
    /// - Parameters:
    ///   - path: where the dropped file lies now; nil when that is not known.
    ///   - fileLine: the line of this file that is the document; nil where the whole file is.
    /// - Returns: the line, without its newline.
    package func json(path: String?, fileLine: Int? = nil) -> String {
        var object = JSONObject()
        object.add("query", query)
        object.add("rank", rank)
        object.add("score", score)
        object.add("document", document)
        object.add(passage: passage, bytes: bytes, lines: lines)
        object.add("text", text)
        addExcerpt(to: &object)
        object.add("metadata", rawJSON: metadata.isEmpty ? "{}" : JSONText.rewritten(metadata) ?? "null")
        object.add("path", path)
        if let fileLine { object.add("file_line", fileLine) }
        addPlaces(to: &object)
        return object.text
    }
}

extension Snapshot {
    /// Completes ranked rows with what a reader needs: document, position, text.
    ///
    /// `rows` has a list for each of `queries`, as `SearchEngine.ranked` returns them. Throws `ShardsError` when text or tables of
    /// a shard are damaged.
    package func hits(_ rows: [[RankedRow]], for queries: [String]) throws(ShardsError) -> [[SearchHit]] {
        try passages(rows, for: queries).map { $0.map(\.hit) }
    }
}
