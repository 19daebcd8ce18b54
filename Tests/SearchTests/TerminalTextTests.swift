import Search
import Testing

@Suite("Text as a terminal may be shown it")
struct TerminalTextTests {
    @Test(
        "control characters become visible escapes",
        arguments: [
            ("plain text, naïve 日本", "plain text, naïve 日本"),
            ("a\u{1B}[2Jb", "a\\u{1b}[2Jb"),
            ("bell\u{7}", "bell\\u{7}"),
            ("c1 \u{9B}31m", "c1 \\u{9b}31m"),
            ("line\nbreak", "line\\u{a}break"),
            ("abc\u{202E}txt.exe", "abc\\u{202e}txt.exe"),
        ])
    func visible(text: String, expected: String) {
        #expect(TerminalText.visible(text) == expected)
    }

    @Test(
        "widths are those of a terminal",
        arguments: [("abc", 3), ("", 0), ("日本", 4), ("e\u{301}", 1), ("a\u{200D}b", 2), ("한글", 4), ("🚀", 2), ("ï", 1)])
    func width(text: String, expected: Int) {
        #expect(TerminalText.width(of: text) == expected)
    }
}
