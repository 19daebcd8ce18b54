import Text

/// One passage that answers a query.
package struct SearchHit: Sendable, Equatable {
    /// The query's text, or its id where a file of queries gave one.
    package let query: String
    /// The place among the hits of its query; the first is 1.
    package let rank: Int
    /// What the scorer gave; higher is nearer.
    package let score: Double
    /// The document's name: its path below the inbox, for an object of JSON Lines followed by `#` and its id.
    package let document: String
    /// The passage's number in its document; the first is 0.
    package let passage: Int
    /// Where the passage stands in the document's text.
    package let bytes: Range<Int>
    /// The lines it stands on; the first line of a document is 1.
    package let lines: ClosedRange<Int>
    /// The passage itself.
    package let text: String
    /// The document's metadata as a JSON object.
    package let metadata: String

    package init(
        query: String, rank: Int, score: Double, document: String, passage: Int, bytes: Range<Int>,
        lines: ClosedRange<Int>, text: String, metadata: String
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
    }

    /// The hit as a line of JSON: `bytes` from the first byte to the one after the last, `lines` the first and the last.
    ///
    /// Metadata that are no JSON object, as only a forged shard has them, are `null`.
    package var json: String {
        var object = JSONObject()
        object.add("query", query)
        object.add("rank", rank)
        object.add("score", score)
        object.add("document", document)
        object.add("passage", passage)
        object.add("bytes", [bytes.lowerBound, bytes.upperBound])
        object.add("lines", [lines.lowerBound, lines.upperBound])
        object.add("text", text)
        object.add("metadata", rawJSON: metadata.isEmpty ? "{}" : JSONText.rewritten(metadata) ?? "null")
        return object.text
    }
}
