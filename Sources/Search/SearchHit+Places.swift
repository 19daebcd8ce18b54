import Text

extension SearchHit {
    /// A passage that is not shown itself, because it says the same as a hit.
    package struct Place: Sendable, Equatable {
        package let document: String
        package let passage: Int
        package let bytes: Range<Int>
        package let lines: ClosedRange<Int>

        init(_ hit: SearchHit) {
            document = hit.document
            passage = hit.passage
            bytes = hit.bytes
            lines = hit.lines
        }

        var json: String {
            var object = JSONObject()
            object.add("document", document)
            object.add(passage: passage, bytes: bytes, lines: lines)
            return object.text
        }
    }

    /// Adds where else the passage stands, and the other passages of the document where hits are grouped.
    func addPlaces(to object: inout JSONObject) {
        object.add("also_in", rawJSON: "[" + copies.map(\.json).joined(separator: ",") + "]")
        guard !further.isEmpty else { return }
        let passages = further.map { hit in
            var object = JSONObject()
            object.add("score", hit.score)
            object.add(passage: hit.passage, bytes: hit.bytes, lines: hit.lines)
            object.add("text", hit.text)
            hit.addExcerpt(to: &object)
            hit.addPlaces(to: &object)
            return object.text
        }
        object.add("more", rawJSON: "[" + passages.joined(separator: ",") + "]")
    }
}

extension JSONObject {
    /// Adds where a passage stands in its document: the bytes from the first to the one after the last, and the first and last line.
    mutating func add(passage: Int, bytes: Range<Int>, lines: ClosedRange<Int>) {
        add("passage", passage)
        add("bytes", [bytes.lowerBound, bytes.upperBound])
        add("lines", [lines.lowerBound, lines.upperBound])
    }
}
