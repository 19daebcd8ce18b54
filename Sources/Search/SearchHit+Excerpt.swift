import Text

extension SearchHit {
    /// The line of the document in which a byte of the text stands.
    package func line(ofByte offset: Int) -> Int {
        lines.lowerBound + text.utf8.prefix(offset).count { $0 == UInt8(ascii: "\n") }
    }

    /// The bytes that one sees first: the first marked ones of the sentence, or its beginning.
    package var focus: Range<Int> {
        let sentence = excerpt.sentence
        return excerpt.matches.first { sentence.contains($0.lowerBound) }
            ?? sentence.lowerBound..<sentence.lowerBound
    }

    /// Adds the sentence that shows best why the passage was found, the bytes of the text that are marked, and what was asked for
    /// besides.
    func addExcerpt(to object: inout JSONObject) {
        object.add("snippet", String(decoding: Array(text.utf8)[excerpt.sentence], as: UTF8.self))
        let matches = excerpt.matches.map { "[\($0.lowerBound),\($0.upperBound)]" }
        object.add("matches", rawJSON: "[" + matches.joined(separator: ",") + "]")
        if let context {
            var lines = JSONObject()
            lines.add("lines", [context.lines.lowerBound, context.lines.upperBound])
            lines.add("text", String(decoding: context.text, as: UTF8.self))
            object.add("context", rawJSON: lines.text)
        }
        if let explanation { object.add("explain", rawJSON: explanation.json) }
    }
}
