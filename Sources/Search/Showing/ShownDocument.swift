package import Identity
package import Shards
import Text

/// A document, or a part of it, as the index has it.
package struct ShownDocument: Sendable, Equatable {
    /// Its name as hits have it.
    package let name: String
    /// Its metadata as a JSON object; empty for none.
    package let metadata: String
    /// The numbers of the passages that the part is of.
    package let passages: ClosedRange<Int>
    package let text: DocumentText
    /// Whether it is all of the document.
    package let isWhole: Bool

    /// It as a line of JSON, without its newline.
    package var json: String {
        var object = JSONObject()
        object.add("document", name)
        object.add("passages", [passages.lowerBound, passages.upperBound])
        object.add("bytes", [text.bytes.lowerBound, text.bytes.upperBound])
        object.add("lines", [text.lines.lowerBound, text.lines.upperBound])
        object.add("text", String(decoding: text.text, as: UTF8.self))
        object.add("metadata", rawJSON: metadata.isEmpty ? "{}" : JSONText.rewritten(metadata) ?? "null")
        return object.text
    }
}

extension Snapshot {
    /// The live documents that a name means, or the parts of them, in the order of the index; none for a name that means none.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func documents(named name: DocumentName) throws(ShardsError) -> [ShownDocument] {
        var shown: [ShownDocument] = []
        var rest = try passages(named: name)[...]
        while let number = rest.first?.shard {
            // Documents of one shard share the frames that are decoded.
            var reader = try RowReader(shards[number].reader)
            while let next = rest.first, next.shard == number {
                if let document = try reader.shown(next) { shown.append(document) }
                rest.removeFirst()
            }
        }
        return shown
    }
}

extension RowReader {
    fileprivate mutating func shown(_ named: NamedPassages) throws(ShardsError) -> ShownDocument? {
        let (document, rows, start) = (named.document.document, named.rows, named.document.rows.lowerBound)
        let all = try documentText(ofRows: rows)
        guard let text = named.lines.map({ all.part(in: $0) }) ?? all else { return nil }
        return ShownDocument(
            name: document.identifier.displayName, metadata: document.metadata ?? "",
            passages: rows.lowerBound - start...rows.upperBound - 1 - start, text: text,
            isWhole: named.lines == nil && rows == named.document.rows)
    }
}
