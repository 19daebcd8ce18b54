import Lexicon
import Search
import Testing

@Suite struct ExcerptTests {
    /// A text with its marks, and the best sentence alone.
    private static func excerpt(
        _ typed: String, _ text: String, common: Set<String> = []
    ) throws -> (marked: String, sentence: String) {
        var reader = try TermReader(Analyzer())
        let expression = QueryExpression(parsing: typed) { _ in false }
        let words = reader.words(of: Array(expression.text.utf8))
        let phrases = expression.passages.filter(\.isPhrase).map { reader.phrase(Array($0.text.utf8)) }
        let known = words.map { word in
            let isCommon = common.contains(String(decoding: word.primary, as: UTF8.self))
            return WordRarity(weight: isCommon ? 0.1 : Double(word.primary.count), isCommon: isCommon)
        }
        let bytes = Array(text.utf8)
        let excerpt = QueryMarks(words, phrases, common.isEmpty ? nil : known).excerpt(of: bytes, &reader)
        var marked: [UInt8] = []
        var position = 0
        for match in excerpt.matches {
            marked += bytes[position..<match.lowerBound] + Array("<".utf8) + bytes[match] + Array(">".utf8)
            position = match.upperBound
        }
        marked += bytes[position...]
        return (
            String(decoding: marked, as: UTF8.self), String(decoding: bytes[excerpt.sentence], as: UTF8.self)
        )
    }

    @Test(arguments: [
        ("running", "He runs. She ran.", "He <runs>. She ran."),
        ("the of sea", "The sea of the deep", "The <sea> of the deep"),
        ("the sea \"the deep\"", "The sea of the deep", "The <sea> of <the deep>"), ("the", "The end.", "<The> end."),
        ("ERR_SSL_VERSION", "ssl: ERR_SSL_VERSION", "ssl: <ERR_SSL_VERSION>"),
        ("ERR_SSL_VERSION", "the ssl version", "the <ssl> <version>"),
        ("cafe", "Café, cafe\u{301}", "<Café>, <cafe\u{301}>"),
        ("日本語", "これは日本語です", "これは<日本語>です"), ("C++", "C++ code", "<C++> code"), ("nothing", "something", "something"),
    ])
    func `words are marked by their terms`(query: String, text: String, expected: String) throws {
        #expect(try Self.excerpt(query, text, common: ["the", "of"]).marked == expected)
    }

    @Test func `where nothing is known of words, short ones are not marked`() throws {
        #expect(try Self.excerpt("to be sea", "to sea to be").marked == "to <sea> to be")
        #expect(try Self.excerpt("to be", "to sea").marked == "<to> sea")
    }

    @Test(arguments: [
        ("whale", "A ship. A whale swam. The whale.", "A whale swam."),
        ("white whale", "A whale. It was white. A white whale!", "A white whale!"),
        ("whale leviathan", "The whale of the sea. Leviathan.", "Leviathan."),
        ("nothing", "First one. Second one.", "First one."),
        ("ship leviathan ocean harbour", "First one. A ship.", "First one."),
        ("ship leviathan", "First one. A ship.", "A ship."),
        ("x \"white whale\"", "White is a whale. The white whale.", "The white whale."), ("whale", "", ""),
    ])
    func `the best sentence has the most telling words`(query: String, text: String, expected: String) throws {
        #expect(try Self.excerpt(query, text, common: ["the"]).sentence == expected)
    }

    @Test(arguments: [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]), ("  a\n bcdef \n\n c ", ["a\n bcdef", "c"]),
        ("a bc\ndefgh ij\nk", ["a bc\ndefgh ij\nk"]),
        ("# Head\nThe text of it is\nlonger than that.", ["# Head", "The text of it is\nlonger than that."]),
        ("10:01 started now\n10:02 ended", ["10:01 started now", "10:02 ended"]),
        ("buy:\n- milk\n- eggs", ["buy:", "- milk", "- eggs"]),
        ("He is Mr. Smith, no. 42. Yes.", ["He is Mr. Smith, no. 42.", "Yes."]),
        ("一つ。二つ！三つ", ["一つ。", "二つ！", "三つ"]), ("3.5 per e.g. cent", ["3.5 per e.g. cent"]), ("", []), (" \n", []),
        ("\"Stop!\" she said", ["\"Stop!\"", "she said"]), ("One.\nTwo", ["One.", "Two"]),
    ])
    func `sentences end as for cutting, and at blank lines`(text: String, expected: [String]) {
        let bytes = Array(text.utf8)
        #expect(Sentences.ranges(of: bytes).map { String(decoding: bytes[$0], as: UTF8.self) } == expected)
    }
}
