import Lexicon
import TestSupport
import Testing

@Suite struct PhraseTests {
    /// The places of a phrase, as the parts of the text.
    private static func places(_ phrase: String, _ text: String) throws -> [String] {
        var reader = try TermReader(Analyzer())
        let text = Array(text.utf8)
        let read = reader.phrase(Array(phrase.utf8))
        let places = reader.places(of: read, in: text)
        #expect(reader.stands(read, in: text) == (!places.isEmpty || read.words.isEmpty))
        return places.map { String(decoding: text[$0], as: UTF8.self) }
    }

    @Test(arguments: [
        ("white whale", "A White\nWHALE, white whale!", ["White\nWHALE", "white whale"]),
        ("white whale", "white whales, the whale was white", []),
        ("running", "He runs; running.", ["running"]),
        ("a a b", "a a a b", ["a a b"]),
        ("a b a", "a b a b a", ["a b a", "a b a"]),
        ("cafe noir", "Café noir, cafe\u{301} NOIR", ["Café noir", "cafe\u{301} NOIR"]),
        ("café", "a cafe", []),
        ("err ssl", "ERR_SSL", []),
        ("ERR_SSL failed", "err_ssl: failed", ["err_ssl: failed"]),
        ("__init__ x", "the __init__ (x)", ["__init__ (x"]),
        ("don't", "Don’t", ["Don’t"]),
        ("日本語", "これは日本語です", ["日本語"]),
        ("C++ code", "c++ code, c code", ["c++ code"]),
        ("well-known", "well known", ["well known"]),
        ("strasse", "Straße", ["Straße"]),
        ("!", "anything!", []),
    ])
    func `a phrase stands where its folded words follow one another`(
        phrase: String, text: String, expected: [String]
    ) throws {
        #expect(try Self.places(phrase, text) == expected)
    }

    @Test func `a quick look never misses a place, and terms of a phrase are those of the text`() throws {
        var random = SeededGenerator(seed: UInt64.random(in: .min ... .max))
        var reader = try TermReader(Analyzer())
        let words = [
            "a", "The", "runs", "err_7", "x.y", "C++", "é", "don't", "_b_", "--", ",", "'", "__", "10'000", "日本",
        ]
        var found = 0
        for _ in 0..<20_000 {
            func text(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
                let isASCII = Bool.random(using: &random)
                let text = (0..<count).map { _ in words.randomElement(using: &random) ?? "" }
                    .filter { !isASCII || $0.utf8.allSatisfy { $0 < 0x80 } }.joined(
                        separator: Bool.random(using: &random) ? " " : "")
                return Array((Bool.random(using: &random) ? text.uppercased() : text).utf8)
            }
            let phrase = reader.phrase(text(Int.random(in: 1...3, using: &random), &random))
            let passage = text(Int.random(in: 0...12, using: &random), &random)
            guard !reader.places(of: phrase, in: passage).isEmpty else { continue }
            found += 1
            #expect(phrase.mayStand(in: passage), "\(phrase), \(String(decoding: passage, as: UTF8.self)), \(random)")
            var list = TermList()
            reader.append(passage.span, to: &list)
            #expect(Set(phrase.terms).isSubset(of: list.map { Array($0) }), "\(phrase), \(random)")
        }
        #expect(found > 1000)
    }
}
