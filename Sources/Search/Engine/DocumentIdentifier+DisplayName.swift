package import Shards

extension DocumentIdentifier {
    /// The document's name for JSON and for people: its path and, for an object of JSON Lines, `#` and its id.
    package var displayName: String {
        Self.text(Array(path)) + (item.map { "#" + Self.text(Array($0)) } ?? "")
    }

    /// Names that are UTF-8 stand as they are, so that a program can open them; in others every byte that is not ASCII, and `%`,
    /// becomes `%` and two digits, since JSON has no other bytes.
    private static func text(_ bytes: [UInt8]) -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let digits = Array("0123456789ABCDEF".utf8)
        var shown: [UInt8] = []
        for byte in bytes {
            if byte >= 0x80 || byte == UInt8(ascii: "%") {
                shown += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            } else {
                shown.append(byte)
            }
        }
        return String(decoding: shown, as: UTF8.self)
    }
}
