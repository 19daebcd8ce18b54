/// What is wrong with a JSON text and where, as in `line 3, column 17: model.vocab: an object was expected`.
package struct JSONFault: Error, Equatable, CustomStringConvertible {
    /// The kind of fault, for callers that act on it.
    package enum Kind: Sendable {
        /// The text is not JSON, or a value is not what its reader needs.
        case malformed
        /// The value asks for something that its reader does not implement.
        case unsupported
    }

    package let kind: Kind
    /// Offset in the text, in bytes.
    package let offset: Int
    /// The line, from 1.
    package let line: Int
    /// The column, from 1, in characters (Unicode scalars).
    package let column: Int
    /// The path of the faulty value, such as `added_tokens[2].id`; empty when the whole text is at fault.
    package let path: String
    /// The reason in words that are safe to show: quoted text is shortened and escaped.
    package let reason: String

    init(_ kind: Kind, in bytes: [UInt8], at offset: Int, path: String, reason: String) {
        self.kind = kind
        self.offset = offset
        let before = bytes.prefix(offset)
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        line = 1 + before.count { $0 == UInt8(ascii: "\n") }
        // Continuation bytes do not start a character.
        column = 1 + before[start...].count { $0 & 0xC0 != 0x80 }
        self.path = path
        self.reason = reason
    }

    /// The path and the reason, for a message that gives the position itself.
    package var explanation: String { path.isEmpty ? reason : "\(path): \(reason)" }

    package var description: String { "line \(line), column \(column): \(explanation)" }
}
