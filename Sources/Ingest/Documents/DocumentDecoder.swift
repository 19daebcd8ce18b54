package import Platform
import Text

/// Turns the contents of a file into documents, one at a time, so that a large `.jsonl` never stands in memory twice.
package struct DocumentDecoder: Sendable {
    /// What the decoder gives next.
    package enum Output: Sendable, Equatable {
        case document(DecodedDocument)
        /// A line that fails alone.
        case badLine(LineFault)
        /// The file as a whole is at fault; nothing follows.
        case fault(DocumentFault)
    }

    private let contents: [UInt8]
    private let isJSONLines: Bool
    private let digest: SHA256Digest
    private var position: Int
    private var line = 0
    private var items: Set<String> = []
    private var isFinished = false
    private var hasGiven = false

    /// - Parameters:
    ///   - contents: the unpacked bytes of the file.
    ///   - digest: their SHA-256.
    package init(_ contents: [UInt8], format: DocumentFormat.Contents, digest: SHA256Digest) {
        self.contents = contents
        self.digest = digest
        isJSONLines = format == .jsonLines
        position = UTF8Text.markLength(contents)
    }

    /// The next document or fault; nil at the end.
    package mutating func next() -> Output? {
        guard !isFinished else { return nil }
        guard isJSONLines else {
            isFinished = true
            return wholeText()
        }
        while position < contents.count {
            let end = contents[position...].firstIndex(of: UInt8(ascii: "\n")) ?? contents.count
            let start = position
            position = end + 1
            line += 1
            let bytes = contents[start..<end]
            if UTF8Text.isBlank(bytes) { continue }
            hasGiven = true
            return object(Array(bytes), at: start)
        }
        isFinished = true
        return hasGiven ? nil : .fault(Self.emptiness)
    }

    private func wholeText() -> Output {
        let mark = position
        let text = mark == 0 ? contents : Array(contents[mark...])
        if UTF8Text.isBlank(text[...]) { return .fault(Self.emptiness) }
        if let fault = UTF8Text.fault(in: text, base: mark) { return .fault(fault) }
        return .document(
            DecodedDocument(
                item: nil, title: nil, metadata: nil, text: text, textOffset: mark, contentDigest: digest,
                byteCount: contents.count))
    }

    private static let emptiness = DocumentFault(
        .empty, "there is no text in the file", hint: "drop it again when it has contents")

    private mutating func object(_ bytes: [UInt8], at start: Int) -> Output {
        do throws(DocumentFault) {
            return .document(try parse(bytes, at: start))
        } catch {
            return .badLine(LineFault(fault: error, bytes: bytes))
        }
    }

    private mutating func parse(_ bytes: [UInt8], at start: Int) throws(DocumentFault) -> DecodedDocument {
        if let fault = UTF8Text.fault(in: bytes, base: start, firstLine: line) { throw fault }
        let object: JSONLine
        var item: String?
        var title: String?
        var text: String?
        do throws(JSONLine.Failure) {
            object = try JSONLine(bytes)
            for member in object.members {
                switch member.name {
                case "id": item = try object.string(member) ?? object.integer(member)
                case "title" where !object.isNull(member): title = try requiredString(object, member)
                case "text": text = try requiredString(object, member)
                default: break
                }
            }
        } catch {
            throw DocumentFault(
                .badJSON, "line \(line), byte \(error.offset + 1): \(error.reason)",
                hint: "write one JSON object on each line, with \"id\" and \"text\"",
                byteOffset: start + error.offset, line: line)
        }
        guard let item, !item.isEmpty else {
            throw fault(.badJSON, "has no \"id\"", "give each object an \"id\": a text or a whole number", start)
        }
        guard let text else {
            throw fault(.badJSON, "has no \"text\"", "give each object a \"text\"", start)
        }
        let whole = UTF8Text.trimmed(Array((title.map { $0 + " " } ?? "").utf8) + Array(text.utf8))
        guard !UTF8Text.isBlank(whole[...]) else {
            throw fault(.empty, "has an empty \"text\"", "remove the line, or give it a text", start)
        }
        // A NUL parts the path from the item in a document's identifier.
        guard !item.utf8.contains(0) else {
            throw fault(.badJSON, "has an \"id\" with a zero byte in it", "choose another \"id\"", start)
        }
        guard items.insert(item).inserted else {
            throw fault(
                .duplicateItem, "has the \"id\" \(JSONText.quoted(item)) of an earlier line",
                "give each object an \"id\" of its own", start)
        }
        return DecodedDocument(
            item: item, title: title, metadata: object.object(without: ["id", "title", "text"]), text: whole,
            textOffset: 0, contentDigest: SHA256Digest(of: bytes), byteCount: bytes.count)
    }

    private func requiredString(
        _ object: JSONLine, _ member: JSONLine.Member
    ) throws(JSONLine.Failure) -> String {
        guard let text = try object.string(member) else {
            throw JSONLine.Failure(offset: member.value.lowerBound, reason: "\"\(member.name)\" is not a string")
        }
        return text
    }

    private func fault(
        _ code: DocumentFault.Code, _ what: String, _ hint: String, _ start: Int
    ) -> DocumentFault {
        DocumentFault(code, "line \(line) \(what)", hint: hint, byteOffset: start, line: line)
    }
}
