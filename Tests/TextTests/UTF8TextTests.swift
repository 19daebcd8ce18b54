import Testing
import Text

@Suite("UTF-8 as bytes")
struct UTF8TextTests {
    @Test(
        "the first byte that is not UTF-8",
        arguments: [
            ([], nil), (Array("ä文🚀".utf8), nil), ([0x61, 0xFF], 1), ([0x61, 0xC3], 1), ([0xED, 0xA0, 0x80], 0),
            ([0x61, 0x62, 0xC0, 0x80], 2),
        ] as [([UInt8], Int?)])
    func invalid(bytes: [UInt8], offset: Int?) {
        #expect(UTF8Text.firstInvalid(bytes) == offset)
    }

    @Test("white space of ASCII is six bytes")
    func space() {
        #expect((0...255 as ClosedRange<UInt8>).filter(\.isASCIISpace) == [0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20])
    }

    @Test(
        "blank and trimmed",
        arguments: [
            ("", "", true), (" \t\r\n\u{B}\u{C}", "", true), ("\u{0} ", "\u{0}", true), (" a b\n", "a b", false),
            ("\u{A0}", "\u{A0}", false), ("a", "a", false),
        ])
    func blank(text: String, trimmed: String, isBlank: Bool) {
        #expect(UTF8Text.isBlank(Array(text.utf8)[...]) == isBlank)
        #expect(UTF8Text.trimmed(Array(text.utf8)) == Array(trimmed.utf8))
    }

    @Test(
        "a cut inside a character is detected",
        arguments: [
            ([], 0), ([0x61], 1), ([0x61, 0xC3], 1), ([0xC3, 0xA4], 2), ([0x61, 0xE2, 0x80], 1),
            ([0xE2, 0x80, 0x94], 3), ([0xF0, 0x9F, 0x9A], 0), ([0xF0, 0x9F, 0x9A, 0x80], 4),
            ([0x80, 0x80, 0x80, 0x80], 4),
        ] as [([UInt8], Int)])
    func cut(bytes: [UInt8], end: Int) {
        #expect(UTF8Text.endOfWholeCharacters(bytes[...]) == end)
    }
}
