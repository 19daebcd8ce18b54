package import Shards
import Text

/// A value that somebody compares metadata with.
///
/// Whoever types `2024` need not know whether the documents have it as a number or as a string, so the type of each value in the
/// metadata decides how the operand is read. A JSON string, in quotes, is a string only.
package struct MetadataOperand: Sendable, Equatable {
    /// The text in UTF-8, compared with strings.
    package let text: [UInt8]
    /// The number that the text is, if any.
    package let number: Double?
    /// The word that the text is: `true`, `false` or `null`.
    package let word: MetadataValue?

    /// Reads what somebody typed.
    ///
    /// - Returns: nil when it begins with a quote and is no JSON string.
    package init?(_ typed: String) {
        let bytes = Array(typed.utf8)
        guard bytes.first != UInt8(ascii: "\"") else {
            guard var scanner = try? JSONScanner(bytes), let string = try? scanner.stringBytes(),
                (try? scanner.end()) != nil
            else { return nil }
            (text, number, word) = (string, nil, nil)
            return
        }
        text = bytes
        number = Self.number(bytes)
        word =
            switch typed {
            case "null": .null
            case "true": .boolean(true)
            case "false": .boolean(false)
            default: nil
            }
    }

    /// The number of a text that is a number as JSON writes it.
    private static func number(_ bytes: [UInt8]) -> Double? {
        guard var scanner = try? JSONScanner(bytes), scanner.kind() == .number,
            (try? scanner.value()) == bytes.indices
        else { return nil }
        let number = Double(String(decoding: bytes, as: UTF8.self))
        return number == 0 ? 0 : number
    }

    /// How a value compares with this operand; nil where it does not.
    ///
    /// - Returns: less than 0 for a smaller value, 0 for an equal one, more than 0 for a larger one. Words are equal or do not
    ///   compare.
    func comparison(of value: MetadataValue) -> Int? {
        switch value {
        case .null, .boolean: return value == word ? 0 : nil
        case .number(let value):
            guard let number else { return nil }
            return value < number ? -1 : value > number ? 1 : 0
        case .string(let value):
            return value.lexicographicallyPrecedes(text) ? -1 : value == text ? 0 : 1
        }
    }
}
