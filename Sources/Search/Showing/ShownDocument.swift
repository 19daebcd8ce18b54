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
    /// The live documents that a name means, in the order of the index; none for a name that means none.
    ///
    /// What a document is called as it stands comes first. Otherwise a name may end in lines, as hits print them, or in `#` and the
    /// number of a passage, and means only that part.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func documents(named name: DocumentName) throws(ShardsError) -> [ShownDocument] {
        let whole = try documents(meant: name.meanings, .whole)
        if !whole.isEmpty { return whole }
        if let lines = name.lines {
            let parts = try documents(meant: name.meaningsWithoutLines, .lines(lines))
            if !parts.isEmpty { return parts }
        }
        guard let (document, passage) = name.passage else { return [] }
        let parts = try documents(meant: document.meanings, .passage(passage))
        return parts.count == 1 ? parts : []
    }

    fileprivate enum Part {
        case whole
        case lines(ClosedRange<Int>)
        case passage(Int)
    }

    private func documents(
        meant meanings: [DocumentIdentifier], _ part: Part
    ) throws(ShardsError) -> [ShownDocument] {
        // The likeliest meaning of which something is known.
        for meaning in meanings {
            var found: [ShownDocument] = []
            for shard in shards where shard.listed.liveRows > 0 {
                var reader = try RowReader(shard.reader)
                for number in try shard.reader.documents(of: meaning) {
                    let stored = try reader.document(number)
                    guard shard.isLive(stored.rows.lowerBound) else { continue }
                    if let shown = try reader.shown(stored, part) { found.append(shown) }
                }
            }
            if !found.isEmpty { return found }
        }
        return []
    }
}

extension RowReader {
    fileprivate mutating func shown(
        _ stored: StoredDocument, _ part: Snapshot.Part
    ) throws(ShardsError) -> ShownDocument? {
        var rows = stored.rows
        var lines: ClosedRange<Int>?
        switch part {
        case .whole: break
        case .passage(let number):
            guard number < rows.count else { return nil }
            rows = rows.lowerBound + number..<rows.lowerBound + number + 1
        case .lines(let wanted):
            var touched: [Int] = []
            for row in rows where try passage(ofRow: row).lineRange.overlaps(wanted) { touched.append(row) }
            guard let first = touched.first, let last = touched.last else { return nil }
            (rows, lines) = (first..<last + 1, wanted)
        }
        let all = try documentText(ofRows: rows)
        guard let text = lines.map({ all.part(in: $0) }) ?? all else { return nil }
        return ShownDocument(
            name: stored.document.identifier.displayName, metadata: stored.document.metadata ?? "",
            passages: rows.lowerBound - stored.rows.lowerBound...rows.upperBound - 1 - stored.rows.lowerBound,
            text: text)
    }
}

extension ShardReader {
    /// The numbers of the documents with an identifier; for one without an item, those of all items of its path too.
    fileprivate func documents(of identifier: DocumentIdentifier) throws(ShardsError) -> [Int] {
        if let columns { return try columns.documents(of: identifier).sorted() }
        var numbers: [Int] = []
        try forEachDocument { number, stored in
            if NamedDocuments.isMeant(stored.document.identifier, by: [identifier]) { numbers.append(number) }
        }
        return numbers
    }
}
