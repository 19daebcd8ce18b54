import FoundationEssentials
package import Identity
import Text

/// The record that a document was forgotten: its rows of that time and before never live again (Format.md, 8).
///
/// Dropped again it gets a later claim, so it comes back.
package struct ForgottenDocument: Sendable, Hashable {
    /// What was forgotten: a file with all its documents, or one document of a `.jsonl` file.
    package let identifier: DocumentIdentifier
    /// Claims of this time and before are forgotten, in nanoseconds since 1970.
    package let until: Int64
    /// When, for people: an RFC 3339 time of UTC.
    package let time: String
    /// Whether the original was removed instead of kept in `replaced/`.
    package let isDeleted: Bool
    /// When somebody asked for it, in nanoseconds since 1970, while that is being carried out; nil in an index.
    package var made: Int64?
    /// The name of the wish, likewise.
    package var wish: String?

    package init(
        _ identifier: DocumentIdentifier, until: Int64, time: String, isDeleted: Bool, made: Int64? = nil,
        wish: String? = nil
    ) {
        self.made = made
        self.wish = wish
        self.identifier = identifier
        self.until = until
        self.time = time
        self.isDeleted = isDeleted
    }

    /// The same of a document whose path has something before it.
    package func below(_ prefix: [UInt8]) -> ForgottenDocument {
        ForgottenDocument(
            DocumentIdentifier(path: prefix + identifier.path, item: identifier.item.map { Array($0) }), until: until,
            time: time, isDeleted: isDeleted)
    }

    /// Whether it covers what came with a claim; one that cannot be read is older than any record.
    package func covers(claim: String) -> Bool {
        guard let name = ClaimName(claim) ?? ClaimName(String(claim.dropLast())) else { return true }
        return name.time <= until
    }

    /// The record as a line, without its line feed.
    var line: String {
        var object = JSONObject()
        object.add("path", bytes: Array(identifier.path))
        if let item = identifier.item { object.add("item", bytes: Array(item)) }
        object.add("until", until)
        object.add("time", time)
        if isDeleted { object.add("deleted", true) }
        if let made { object.add("made", made) }
        if let wish { object.add("wish", wish) }
        return object.text
    }

    /// Parses a line; nil for anything that `line` cannot have made.
    init?(line: [UInt8]) {
        guard let object = try? JSONLine(line) else { return nil }
        func text(_ name: String) -> String? {
            object.members.first { $0.name == name }.flatMap { object.string($0) }
        }
        func bytes(_ name: String) -> [UInt8]? {
            text(name).map { Array($0.utf8) }
                ?? text(name + "_base64").flatMap { Data(base64Encoded: $0) }.map { Array($0) }
        }
        func number(_ name: String) -> Int64? {
            object.members.first { $0.name == name }.flatMap { object.integer($0) }.flatMap { Int64($0) }
        }
        guard let path = bytes("path"), let until = number("until"), let time = text("time") else { return nil }
        self.init(
            DocumentIdentifier(path: path, item: bytes("item")), until: until, time: time,
            isDeleted: object.members.contains { $0.name == "deleted" }, made: number("made"), wish: text("wish"))
    }
}

extension JSONObject {
    /// Adds bytes as text, or in base64 under `<key>_base64` where they are not UTF-8.
    fileprivate mutating func add(_ key: String, bytes: [UInt8]) {
        if let text = String(validating: bytes, as: UTF8.self) {
            add(key, text)
        } else {
            add(key + "_base64", Data(bytes).base64EncodedString())
        }
    }
}
