import TestSupport
import Testing
import Text

@Suite("A name that was shown")
struct DisplayedNameTests {
    @Test("gives its bytes back", arguments: 0..<200)
    func back(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        let parts: [[UInt8]] = [
            Array("a".utf8), Array("\\".utf8), Array("u{1b}".utf8), Array("xFF".utf8), Array("é".utf8), [0xFF], [0x1B],
            Array("\u{202E}".utf8), Array("}".utf8),
        ]
        let name = (0..<8).flatMap { _ in parts.randomElement(using: &generator) ?? [] }
        #expect(TerminalText.bytes(ofName: TerminalText.name(name)) == name)
    }

    @Test(
        "a backslash that begins no escape stands for itself",
        arguments: ["a\\b", "\\u{}", "\\u{zz}", "\\x1", "\\xgg", "\\x+1", "\\u{+41}", "\\"])
    func backslash(text: String) {
        #expect(TerminalText.bytes(ofName: text) == Array(text.utf8))
    }
}
