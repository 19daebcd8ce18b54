import TestSupport

/// Texts that combine everything the rules know in ways that no person would write.
enum RandomText {
    private static let pieces = [
        "a", "b", "The", "running", "get", "User", "HTTP", "s", "ies", "7", "42", "2026", "é", "e\u{301}", "Å", "ß",
        "ø", "Σ",
        "ς", "ж", "Й", "א", "״", "क", "\u{93C}", "日", "本", "あ", "カ", "\u{3099}", "ー", "ｶ", "ﾞ", "한", "\u{1112}\u{1161}",
        "\u{11AB}", "ก", "\u{E49}", "မ", "ℹ", "Ａ", "１", "²", "٣", "🇩", "👍", "_", "‿", "-", ".", "/", "\\", ":", "::",
        "@", "#",
        "+", "~", ",", ";", "'", "’", "\"", "·", "\u{2010}", "\u{AD}", "\u{200D}", "\u{202F}", "\u{1160}", " ", " ",
        " ", "\n",
        "\r\n", "—", ",000",
    ]

    /// A text of some pieces.
    static func make(using generator: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...24, using: &generator)).map { _ in pieces.randomElement(using: &generator) ?? "" }
            .joined()
    }

    /// Bytes that are hardly ever UTF-8.
    static func bytes(using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = Array(make(using: &generator).utf8)
        for _ in 0..<Int.random(in: 1...6, using: &generator) {
            let position = Int.random(in: 0...bytes.count, using: &generator)
            bytes.insert(UInt8.random(in: 0...255, using: &generator), at: position)
        }
        return bytes
    }
}
