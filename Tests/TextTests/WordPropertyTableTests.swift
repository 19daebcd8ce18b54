import Testing
import Text

@Suite("properties of characters in words")
struct WordPropertyTableTests {
    private let table = WordPropertyTable.shared

    @Test("kinds of characters")
    func kinds() {
        let table = table
        func holding(_ holds: (WordProperties) -> Bool) -> String {
            var scalars = String.UnicodeScalarView()
            scalars.append(
                contentsOf: "aZǅ7²é日\u{301}\u{94D}\u{93C}\u{AD}_ ".unicodeScalars.filter { holds(table[$0.value]) })
            return String(scalars)
        }
        #expect(holding(\.isLetter) == "aZǅé日")
        #expect(holding(\.isLowercase) == "aé")
        #expect(holding(\.isUppercase) == "Zǅ")
        #expect(holding(\.isNumber) == "7²")
        #expect(holding(\.isMark).unicodeScalars.map(\.value) == [0x301, 0x94D, 0x93C])
        #expect(holding(\.isAccent).unicodeScalars.map(\.value) == [0x301])
        #expect(holding(\.isIgnorable).unicodeScalars.map(\.value) == [0xAD])
    }

    @Test(
        "decompositions are full, and plain in width",
        arguments: [
            ("ậ", "a\u{323}\u{302}"), ("Ａ", "A"), ("ｶ", "カ"), ("ﾞ", "\u{3099}"), ("\u{212B}", "A\u{30A}"),
            ("\u{F900}", "\u{8C48}"),
            ("한", ""), ("ß", ""), ("ﬁ", ""),
        ])
    func decompositions(character: Unicode.Scalar, decomposition: String) {
        #expect(table.decomposition(of: character.value) == decomposition.unicodeScalars.map(\.value))
    }

    @Test(
        "case foldings are full",
        arguments: [("ß", "ss"), ("Σ", "σ"), ("ς", "σ"), ("İ", ""), ("\u{345}", "ι"), ("a", "")])
    func foldings(character: Unicode.Scalar, folding: String) {
        #expect(table.caseFolding(of: character.value) == folding.unicodeScalars.map(\.value))
    }

    @Test(
        "compositions",
        arguments: [
            ("e", "\u{301}", "é"), ("か", "\u{3099}", "が"), ("\u{1112}", "\u{1161}", "하"), ("하", "\u{11AB}", "한"),
            ("한", "\u{11AB}", nil), ("e", "f", nil), ("\u{915}", "\u{93C}", nil), ("하", "\u{11A7}", nil),
        ] as [(Unicode.Scalar, Unicode.Scalar, Unicode.Scalar?)])
    func compositions(first: Unicode.Scalar, second: Unicode.Scalar, composite: Unicode.Scalar?) {
        #expect(table.composite(of: first.value, second.value) == composite?.value)
    }
}
