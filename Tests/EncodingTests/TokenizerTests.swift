import Encoding
import Foundation
import Testing

/// Compares ids with the reference library.
@Suite struct TokenizerTests {
    struct Golden: Decodable {
        let text: String
        let ids: [Int32]
    }

    @Test func `golden strings give the reference's ids`() throws {
        let tokenizer = try TokenizerFixture.tokenizer()
        let lines = try TokenizerFixture.bytes("golden.jsonl").split(separator: 0x0A)
        try #require(lines.count == 69)
        for line in lines {
            let golden = try JSONDecoder().decode(Golden.self, from: Data(line))
            let sequence = tokenizer.sequence(Array(golden.text.utf8))
            #expect(sequence.ids == golden.ids, "\(golden.text.debugDescription)")
        }
    }

    @Test func `random strings give the reference's ids`() throws {
        let tokenizer = try TokenizerFixture.tokenizer()
        let expected = try TokenizerFixture.lists("tokenizer_strings.ids", width: 2)
        try #require(expected.count == 20_000)
        var strings = TokenizerRandomStrings()
        for (number, ids) in expected.enumerated() {
            let string = strings.next()
            let tokens = tokenizer.tokenize(Array(string.utf8))
            #expect(tokens.ids == ids, "string \(number) of seed \(TokenizerRandomStrings.seed): \(escaped(string))")
            checkOffsets(tokens, of: string)
        }
    }

    @Test func `marks are sorted and every switch of the normalizer works as in the reference`() throws {
        let expected = try TokenizerFixture.lists("tokenizer_marks.ids", width: 4)
        try #require(expected.count == 5_000)
        var switches = [NormalizerOptions](repeating: NormalizerOptions(), count: 5)
        switches[1].lowercases = false
        switches[2].isolatesIdeographs = false
        switches[2].stripsAccents = true
        switches[2].lowercases = false
        switches[3].stripsAccents = false
        switches[4].cleansText = false
        switches[4].isolatesIdeographs = false
        let characters = expected.joined().filter { $0 < TokenizerFixture.unknown }.map { UInt32($0 & 0x1F_FFFF) }
        let tokenizers = try switches.map { try TokenizerFixture.characters(characters, options: $0) }
        var strings = TokenizerRandomStrings()
        for (number, ids) in expected.enumerated() {
            let string = strings.nextMarks()
            let tokens = tokenizers[number % 5].tokenize(Array(string.utf8))
            #expect(tokens.ids == ids, "string \(number) of seed \(TokenizerRandomStrings.seed): \(escaped(string))")
        }
    }

    @Test(arguments: [
        ("one two", [0, 4], [3, 7], [true, true]),
        ("  abbbb ", [2, 4, 6], [4, 6, 7], [true, false, false]),
        ("caf\u{E9}!", [0, 5], [5, 6], [true, true]),
        ("a\u{200B}b [SEP]!\u{4E2D}x", [0, 6, 11, 12, 15], [5, 11, 12, 15, 16], [true, true, true, true, true]),
        ("\u{D55C}", [0, 0, 0], [3, 3, 3], [true, false, false]),
        (" e\u{301}\u{301} \u{301}", [1], [2], [true]),
    ])
    func `offsets are bytes of the original text`(
        text: String, starts: [UInt32], ends: [UInt32], wordStarts: [Bool]
    ) throws {
        let tokens = try TokenizerFixture.tokenizer().tokenize(Array(text.utf8))
        #expect(tokens.starts == starts)
        #expect(tokens.ends == ends)
        #expect(tokens.wordStarts == wordStarts)
    }

    @Test(arguments: [(253, 255, false), (254, 256, false), (255, 256, true), (100_000, 256, true)])
    func `sequences are cut at 256 ids and say so`(words: Int, count: Int, isTruncated: Bool) throws {
        let text = Array(String(repeating: "word ", count: words).utf8)
        let sequence = try TokenizerFixture.tokenizer().sequence(text)
        #expect(sequence.ids.count == count)
        #expect(sequence.ids.first == 101)
        #expect(sequence.ids.last == 102)
        #expect(sequence.isTruncated == isTruncated)
    }

    @Test(
        arguments: [
            [0xFF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xED, 0xA0, 0x80], [0xC0, 0x80],
            [0xF5, 0x80, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0x80, 0x80],
        ] as [[UInt8]])
    func `bytes that are not UTF-8 count as nothing`(bytes: [UInt8]) throws {
        let tokenizer = try TokenizerFixture.tokenizer()
        #expect(
            tokenizer.tokenize(Array("ab".utf8) + bytes + Array("c".utf8)).ids
                == tokenizer.tokenize(Array("abc".utf8)).ids)
        #expect(tokenizer.tokenize(bytes).count == 0)
    }

    @Test func `a word of ten million letters is one unknown token`() throws {
        let tokenizer = try TokenizerFixture.tokenizer()
        for unit in ["a", "\u{E9}", "\u{D55C}"] {
            let text = Array(String(repeating: unit, count: 10_000_000 / unit.utf8.count).utf8)
            let tokens = tokenizer.tokenize(text)
            #expect(tokens.ids == [100])
            #expect(tokens.ends == [UInt32(text.count)])
        }
    }

    private func escaped(_ string: String) -> String {
        string.unicodeScalars.map { $0.escaped(asASCII: true) }.joined()
    }

    private func checkOffsets(_ tokens: TokenizedText, of string: String) {
        let count = string.utf8.count
        #expect(tokens.wordStarts.first ?? true)
        for token in 0..<tokens.count {
            #expect(tokens.starts[token] < tokens.ends[token] && tokens.ends[token] <= count)
            if token > 0, tokens.wordStarts[token] { #expect(tokens.starts[token] >= tokens.ends[token - 1]) }
        }
    }
}
