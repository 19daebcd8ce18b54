import Lexicon
import Testing

@Suite("reading texts and queries")
struct TermReaderTests {
    @Test("a list has the terms of all words in order, and counts only words")
    func list() throws {
        var reader = try TermReader(Analyzer())
        var list = TermList()
        reader.append(Array("the café, the getUser".utf8).span, to: &list)
        #expect(
            list.map { String(decoding: $0, as: UTF8.self) } == ["the", "café", "cafe", "the", "getus", "get", "user"])
        #expect(list.wordCount == 4)
        #expect(list.range(of: 1) == 3..<8)
        reader.append(Array("end".utf8).span, to: &list)
        #expect(list.last.map(Array.init) == Array("end".utf8))
        #expect(list.wordCount == 5)
        list.removeAll()
        #expect(list.isEmpty && list.wordCount == 0 && list == TermList())
    }

    @Test("a word of a query knows its place")
    func ranges() throws {
        var reader = try TermReader(Analyzer())
        let query = Array(" The «café» the x/y 日本語".utf8)
        let words = reader.words(of: query).map { String(decoding: query[$0.range], as: UTF8.self) }
        #expect(words == ["The", "café", "the", "x/y", "日本", "本語"])
    }

    @Test("no words", arguments: ["", " ", "--- ... _ __", "👍🏽 🇩🇪", "\u{301}\u{200D}", "\u{1160}\u{3164}"])
    func nothing(text: String) throws {
        var reader = try TermReader(Analyzer())
        #expect(reader.terms(of: text).isEmpty)
        #expect(reader.words(of: Array(text.utf8)).isEmpty)
    }

    @Test(
        "words of a text that a query matches",
        arguments: [
            ("The runner runs.", "running", ["runs"]), ("caf\u{E9} cafe", "cafe", ["caf\u{E9}", "cafe"]),
            ("see /usr/lib/libfoo.so.1!", "libfoo", ["usr/lib/libfoo.so.1"]), ("私は日本語を", "日本語", ["日本", "本語"]),
            ("日本と日本", "日本", ["日本", "日本"]), ("nothing", "something", []),
        ])
    func matches(text: String, query: String, found: [String]) throws {
        var reader = try TermReader(Analyzer())
        let terms = Set(reader.words(of: Array(query.utf8)).map(\.primary))
        let bytes = Array(text.utf8)
        let matches = reader.occurrences(in: bytes, of: terms).map { String(decoding: bytes[$0.range], as: UTF8.self) }
        #expect(matches == found)
    }

    @Test(
        "different ways to write the same have the same terms",
        arguments: [
            ["getUserName", "getusername", "GETUSERNAME"], ["café", "cafe\u{301}", "CAFÉ", "ca\u{AD}fé"],
            ["don't", "don’t", "don＇t", "donʼt"], ["straße", "STRASSE", "strasse"], ["Ǆ", "ǆ", "ǅ"],
            ["A-1", "A\u{2010}1", "A\u{2011}1", "Ａ－１"], ["한국", "\u{1112}\u{1161}\u{11AB}\u{1100}\u{116E}\u{11A8}"],
            ["ガギ", "カ\u{3099}キ\u{3099}", "ｶﾞｷﾞ"], ["ᾳ", "ᾼ", "αι"], ["Å", "\u{212B}", "A\u{30A}"], ["Ω", "\u{2126}"],
            ["a\u{323}\u{302}", "a\u{302}\u{323}", "ậ"], ["می\u{200C}خواهم", "میخواهم"],
        ])
    func equalSpellings(spellings: [String]) throws {
        var reader = try TermReader(Analyzer())
        let primary = Set(spellings.map { reader.words(of: Array($0.utf8)).map(\.primary) })
        #expect(primary.count == 1, "\(spellings)")
    }

    @Test(
        "either spelling finds the other",
        arguments: [
            ("café", "cafe"), ("978-3-16-148410-0", "9783161484100"), ("12/05/2021", "12052021"), ("Łódź", "lodz"),
            ("getUserName", "getusername"), ("1,000,000", "1000000"), ("a.b@example.com", "example.com"),
            ("src/main.swift", "main.swift"), ("l'homme", "homme"), ("HTTPServer", "server"), ("foo.c:12", "foo.c"),
        ])
    func finds(text: String, query: String) throws {
        var reader = try TermReader(Analyzer())
        let terms = Set(reader.terms(of: text))
        #expect(
            reader.described(query).allSatisfy { terms.contains($0.split(separator: " ").first.map(String.init) ?? "") }
        )
    }
}
