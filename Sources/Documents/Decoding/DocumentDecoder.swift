package import Identity
package import Platform
import Text

/// Decodes one line of a `.jsonl` file into a document.
package enum DocumentDecoder {
    /// Decodes one object as a document.
    ///
    /// - Parameters:
    ///   - source: the line.
    ///   - needsItem: whether it must have an `id`; a tool that stores nothing accepts objects without.
    /// - Returns: the document.
    /// - Throws: `DocumentFault`, which concerns only this line.
    package static func object(
        _ source: LineSplitter.Line, needsItem: Bool = true
    ) throws(DocumentFault) -> DecodedDocument {
        let (bytes, line, start) = (source.bytes, source.number, source.offset)
        func fault(_ code: DocumentFault.Code, what: String, hint: String) -> DocumentFault {
            DocumentFault(code, "line \(line) \(what)", hint: hint, byteOffset: start, line: line)
        }
        let hint = "write one JSON object on each line, with \"id\" and \"text\""
        let object = try parsed(bytes, line: line, at: start, hint: hint)
        var item: String?
        var title: String?
        var text: String?
        do throws(JSONFault) {
            for member in object.members {
                switch member.name {
                case "id" where !object.isNull(member): item = try identifier(object, member)
                case "title" where !object.isNull(member): title = try requiredString(object, member)
                case "text": text = try requiredString(object, member)
                default: break
                }
            }
        } catch {
            throw badJSON(error, line: line, at: start, hint: hint)
        }
        guard !needsItem || item?.isEmpty == false else {
            throw fault(.badJSON, what: "has no \"id\"", hint: "give each object an \"id\": a text or a whole number")
        }
        guard let text else { throw withoutText(line: line, at: start) }
        let whole = UTF8Text.trimmed(Array((title.map { $0 + " " } ?? "").utf8) + Array(text.utf8))
        guard !UTF8Text.isBlank(whole[...]) else { throw withEmptyText(line: line, at: start) }
        // A NUL separates the path from the item in a document's identifier.
        guard item?.utf8.contains(0) != true else {
            throw fault(.badJSON, what: "has an \"id\" with a zero byte in it", hint: "choose another \"id\"")
        }
        return DecodedDocument(
            item: item, title: title, metadata: object.object(without: ["id", "title", "text"]), text: whole,
            textOffset: 0, contentDigest: SHA256Digest(of: bytes), byteCount: bytes.count, line: source)
    }

    /// Decodes the `text` of one object, for a tool that needs nothing else of it.
    ///
    /// - Parameters:
    ///   - bytes: the line without its line feed.
    ///   - line: its number, from 1.
    ///   - start: the offset at which it begins in the unpacked file.
    /// - Returns: valid UTF-8, which may be empty.
    /// - Throws: `DocumentFault`, which concerns only this line.
    package static func text(ofObject bytes: [UInt8], line: Int, at start: Int) throws(DocumentFault) -> [UInt8] {
        let hint = "write one JSON object on each line, with a \"text\""
        let object = try parsed(bytes, line: line, at: start, hint: hint)
        guard let member = object.members.first(where: { $0.name == "text" }) else {
            throw withoutText(line: line, at: start)
        }
        do throws(JSONFault) {
            return Array(try requiredString(object, member).utf8)
        } catch {
            throw badJSON(error, line: line, at: start, hint: hint)
        }
    }

    /// Decodes one object as a query: a `text`, and an `id` that may be missing or null.
    ///
    /// - Parameters:
    ///   - bytes: the line without its line feed.
    ///   - line: its number, from 1.
    ///   - start: the offset at which it begins in the unpacked file.
    /// - Returns: both.
    /// - Throws: `DocumentFault`, which concerns only this line.
    package static func query(
        _ bytes: [UInt8], line: Int, at start: Int
    ) throws(DocumentFault) -> (id: String?, text: String) {
        let hint = "write one JSON object on each line, with a \"text\" and, as you like, an \"id\""
        let object = try parsed(bytes, line: line, at: start, hint: hint)
        var id: String?
        var text: String?
        do throws(JSONFault) {
            for member in object.members {
                switch member.name {
                case "id" where !object.isNull(member): id = try identifier(object, member)
                case "text": text = try requiredString(object, member)
                default: break
                }
            }
        } catch {
            throw badJSON(error, line: line, at: start, hint: hint)
        }
        guard let text else { throw withoutText(line: line, at: start) }
        guard !UTF8Text.isBlank(Array(text.utf8)[...]) else { throw withEmptyText(line: line, at: start) }
        return (id, text)
    }

    private static func parsed(
        _ bytes: [UInt8], line: Int, at start: Int, hint: String
    ) throws(DocumentFault) -> JSONLine {
        if let fault = DocumentFault.notUTF8(in: bytes, base: start, firstLine: line) { throw fault }
        do throws(JSONFault) {
            return try JSONLine(bytes)
        } catch {
            throw badJSON(error, line: line, at: start, hint: hint)
        }
    }

    private static func badJSON(_ error: JSONFault, line: Int, at start: Int, hint: String) -> DocumentFault {
        DocumentFault(
            .badJSON, "line \(line), byte \(error.offset + 1): \(error.explanation)", hint: hint,
            byteOffset: start + error.offset, line: line)
    }

    private static func withoutText(line: Int, at start: Int) -> DocumentFault {
        DocumentFault(
            .badJSON, "line \(line) has no \"text\"", hint: "give each object a \"text\"", byteOffset: start,
            line: line)
    }

    private static func withEmptyText(line: Int, at start: Int) -> DocumentFault {
        DocumentFault(
            .empty, "line \(line) has an empty \"text\"", hint: "remove the line, or give it a text", byteOffset: start,
            line: line)
    }

    private static func identifier(_ object: JSONLine, _ member: JSONLine.Member) throws(JSONFault) -> String {
        guard let item = object.string(member) ?? object.integer(member) else {
            throw object.fault(member, "it is neither a string nor a whole number")
        }
        return item
    }

    private static func requiredString(_ object: JSONLine, _ member: JSONLine.Member) throws(JSONFault) -> String {
        guard let text = object.string(member) else { throw object.fault(member, "it is not a string") }
        return text
    }

    /// The fault of a line that repeats the `id` of an earlier line.
    package static func duplicate(_ item: String, line: Int, at start: Int) -> DocumentFault {
        DocumentFault(
            .duplicateItem,
            "line \(line) has the \"id\" \(JSONText.quoted(TerminalText.excerpt(item))) of an earlier line",
            hint: "give each object an \"id\" of its own", byteOffset: start, line: line)
    }
}

/// One document from a file, whose text is known to be UTF-8.
package struct DecodedDocument: Sendable {
    /// The `id` of an object of a `.jsonl` file; nil when the whole file is the document.
    package let item: String?
    package let title: String?
    /// The remaining members as a JSON object; nil when there are none.
    package let metadata: [UInt8]?
    /// The text to encode and show: of an object its title, a space and its text, trimmed; of a whole file what is known
    /// when it begins.
    package let text: [UInt8]
    /// The length in bytes of the byte order mark before `text`.
    package let textOffset: Int
    /// SHA-256 of the bytes that the document was decoded from; nil when a whole file is read for the first time.
    package let contentDigest: SHA256Digest?
    /// The number of those bytes, as far as it is known.
    package let byteCount: Int?
    /// The line that it is; nil when the whole file is the document.
    package let line: LineSplitter.Line?
}
