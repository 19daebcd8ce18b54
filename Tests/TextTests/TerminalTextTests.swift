import TestSupport
import Testing
import Text

@Suite("Text for a terminal")
struct TerminalTextTests {
    @Test(
        "hazardous characters become visible escapes",
        arguments: [
            ("plain text, naïve 日本", "plain text, naïve 日本"), ("a\u{1B}[2Jb", "a\\u{1b}[2Jb"),
            ("bell\u{7}", "bell\\u{7}"),
            ("c1 \u{9B}31m", "c1 \\u{9b}31m"), ("line\nbreak", "line\\u{a}break"),
            ("abc\u{202E}txt.exe", "abc\\u{202e}txt.exe"), ("tag \u{E0041}", "tag \\u{e0041}"),
            ("100% of C:\\users", "100% of C:\\users"), ("fa\u{AD}mily \u{200D}", "fa\u{AD}mily \u{200D}"),
        ])
    func visible(text: String, expected: String) {
        #expect(TerminalText.visible(text) == expected)
    }

    @Test("no hostile text remains, and a second pass changes nothing", arguments: HostileText.samples)
    func tame(text: String) {
        let shown = TerminalText.visible(text)
        #expect(HostileText.faults(in: shown.utf8, allowed: []) == [])
        #expect(TerminalText.visible(shown) == shown)
        #expect(HostileText.faults(in: TerminalText.visibleLines(text).utf8) == [])
        #expect(HostileText.faults(in: TerminalText.visibleLine(text).utf8, allowed: [0x09]) == [])
        #expect(HostileText.faults(in: TerminalText.excerpt(text).utf8, allowed: []) == [])
    }

    @Test("lines keep their ends and tabs")
    func lines() {
        #expect(TerminalText.visibleLines("a\n\tb\u{1B}\r\n") == "a\n\tb\\u{1b}\\u{d}\n")
    }

    @Test("a line keeps its tabs alone")
    func line() {
        #expect(TerminalText.visibleLine("a\tb\u{1B}\n\r") == "a\tb\\u{1b}\\u{a}\\u{d}")
    }

    @Test(
        "an excerpt is cut between characters",
        arguments: [
            ("short", 5, "short"), ("longer", 5, "longe…"), ("a\u{1B}b", 3, "a…"), ("日本語", 2, "日本…"), ("", 0, ""),
        ])
    func excerpt(text: String, limit: Int, expected: String) {
        #expect(TerminalText.excerpt(text, limit: limit) == expected)
    }

    @Test("an excerpt of a long text is short")
    func longExcerpt() {
        #expect(TerminalText.excerpt(String(repeating: "\u{1B}", count: 10_000)).unicodeScalars.count <= 65)
    }

    @Test(
        "names stay unchanged where possible",
        arguments: [
            ("a é", "a é"), ("100%.txt", "100%.txt"), ("My%20File", "My%20File"), ("back\\slash", "back\\slash"),
            ("a\n%", "a\\u{a}%"), ("\u{7F}", "\\u{7f}"), ("\\u{1b}", "\\u{5c}u{1b}"), ("\\xFF", "\\u{5c}xFF"),
        ])
    func names(text: String, expected: String) {
        #expect(TerminalText.name(text.utf8) == expected)
    }

    @Test(
        "bytes that are not UTF-8 are shown one by one",
        arguments: [
            ([0xFF, 0x61], "\\xFFa"), ([0x61, 0xE2, 0x80], "a\\xE2\\x80"), ([0xC3], "\\xC3"),
            ([0xF0, 0x9F, 0x1B], "\\xF0\\x9F\\u{1b}"),
        ] as [([UInt8], String)])
    func stray(bytes: [UInt8], expected: String) {
        #expect(TerminalText.name(bytes) == expected)
    }

    @Test("a name can be restored, and is safe", arguments: HostileText.names)
    func reversible(bytes: [UInt8]) throws {
        let shown = TerminalText.name(bytes)
        #expect(HostileText.faults(in: shown.utf8, allowed: []) == [])
        #expect(TerminalText.visible(shown) == shown)
        #expect(try Self.read(shown) == bytes)
    }

    @Test("random names can be restored", arguments: [1, 2, 3] as [UInt64])
    func random(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let pieces = HostileText.names + ["\\", "\\\\", "u{", "x", "}", "41"].map { Array($0.utf8) }
        for _ in 0..<500 {
            let bytes = Array((0..<6).flatMap { _ in pieces.randomElement(using: &generator) ?? [] })
            #expect(try Self.read(TerminalText.name(bytes)) == bytes, "\(generator)")
        }
    }

    /// The bytes of a name, restored from its shown form.
    private static func read(_ shown: String) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Substring(shown)
        while let first = rest.unicodeScalars.first {
            if let match = rest.prefixMatch(of: /\\u\{([0-9a-f]+)\}/) {
                let scalar = try #require(UInt32(match.output.1, radix: 16).flatMap { Unicode.Scalar($0) })
                bytes += Array(String(scalar).utf8)
                rest = rest[match.range.upperBound...]
            } else if let match = rest.prefixMatch(of: /\\x([0-9A-F]{2})/) {
                bytes.append(try #require(UInt8(match.output.1, radix: 16)))
                rest = rest[match.range.upperBound...]
            } else {
                bytes += Array(String(first).utf8)
                rest = Substring(rest.unicodeScalars.dropFirst())
            }
        }
        return bytes
    }

    @Test(
        "widths are those of a terminal",
        arguments: [("abc", 3), ("", 0), ("日本", 4), ("e\u{301}", 1), ("a\u{200D}b", 2), ("한글", 4), ("🚀", 2), ("ï", 1)])
    func width(text: String, expected: Int) {
        #expect(TerminalText.width(of: text) == expected)
    }
}
