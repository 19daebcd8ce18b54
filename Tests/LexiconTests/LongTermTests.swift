import Lexicon
import Testing

@Suite("long words")
struct LongTermTests {
    @Test("a term of 64 bytes stays; a longer one is its beginning and its digest")
    func limit() throws {
        var reader = try TermReader(Analyzer(language: .none))
        let whole = String(repeating: "ab", count: 32)
        #expect(reader.terms(of: whole) == [whole])
        #expect(reader.terms(of: whole + "c") == [whole.prefix(47) + "~f0bba90117b92196"])
    }

    @Test("no character is cut")
    func characters() throws {
        var reader = try TermReader(Analyzer())
        for prefix in ["", "a", "aa"] {
            let terms = reader.terms(of: prefix + String(repeating: "日", count: 1) + String(repeating: "ж", count: 60))
            #expect(terms.allSatisfy { $0.utf8.count <= 64 && !$0.contains("\u{FFFD}") }, "\(terms)")
        }
    }

    @Test("a word beyond all limits is one term, and the words around it are as ever")
    func opaque() throws {
        var reader = try TermReader(Analyzer())
        let long = String(repeating: "aB1/", count: 250_000)
        let terms = reader.terms(of: "before \(long)z after")
        #expect(terms.count == 3)
        #expect(terms.first == "befor" && terms.last == "after" && terms[1].utf8.count == 64)
        #expect(terms[1] != reader.terms(of: long + "y")[0])
    }

    @Test("a word has 64 terms at most")
    func parts() throws {
        var reader = try TermReader(Analyzer())
        let path = (10..<110).map { "f\($0)" }.joined(separator: "/")
        #expect(reader.terms(of: path).count == 64)
    }

    @Test(
        "texts without an end of a word are read in one pass",
        arguments: [
            "a-", "a.", "1,", "a:", "é", "e\u{301}", "\u{301}", "日", "aあ", "カ\u{3099}", "_", "a\u{200D}", "1'", "🇩",
            "ー",
            "\u{1161}",
        ])
    func endless(piece: String) throws {
        var reader = try TermReader(Analyzer())
        let text = Array(String(repeating: piece, count: 100_000).utf8)
        var list = TermList()
        reader.append(text.span, to: &list)
        #expect(list.bytes.count <= 2 * text.count + 64)
        #expect(list.allSatisfy { $0.count <= 64 })
    }
}
