import Encoding
import Testing

/// Properties of the passages of any text.
@Suite struct PassagePropertyTests {
    /// Limits in tokens and the window in bytes.
    struct Shape: Sendable, CustomTestStringConvertible {
        let budget: Int
        let target: Int
        let overlap: Int
        let window: Int

        var testDescription: String { "\(target) of \(budget), overlap \(overlap), window \(window)" }
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    /// The properties that every list of passages has.
    private func check(_ passages: [Passage], of text: [UInt8], by cutter: PassageCutter, _ note: String) {
        var covered = 0
        var newlines = [0]
        newlines.reserveCapacity(text.count + 1)
        for byte in text { newlines.append((newlines.last ?? 0) + (byte == 0x0A ? 1 : 0)) }
        for (number, passage) in passages.enumerated() {
            let note = "passage \(number), \(note)"
            let range = passage.byteRange
            #expect(passage.tokenCount <= cutter.limits.budget, "\(note)")
            #expect(passage.tokenCount > 0, "\(note)")
            let alone = cutter.tokenizer.sequence(
                text.span.extracting(range), maximumLength: cutter.limits.budget + 2)
            #expect(passage.tokens == alone.ids, "\(note)")
            #expect(passage.isTruncated == alone.isTruncated, "\(note)")
            let first = newlines[range.lowerBound] + 1
            #expect(passage.lineRange == first...newlines[range.upperBound] + 1, "\(note)")
            if range.lowerBound > covered {
                #expect(text[covered..<range.lowerBound].allSatisfy(isSpace), "lost text before \(note)")
            }
            #expect(range.upperBound > covered, "\(note) adds nothing")
            #expect(number == 0 || range.lowerBound > passages[number - 1].byteRange.lowerBound, "\(note)")
            covered = range.upperBound
        }
        if !passages.isEmpty {
            #expect(text[covered...].allSatisfy(isSpace), "lost text at the end, \(note)")
        }
    }

    @Test(arguments: [
        Shape(budget: 254, target: 220, overlap: 40, window: 256 << 10),
        Shape(budget: 254, target: 220, overlap: 40, window: 500),
        Shape(budget: 62, target: 50, overlap: 10, window: 97),
        Shape(budget: 20, target: 16, overlap: 5, window: 1),
        Shape(budget: 4, target: 4, overlap: 1, window: 64),
        Shape(budget: 2, target: 2, overlap: 0, window: 64),
    ])
    func `random documents`(shape: Shape) throws {
        let tokenizer = try TokenizerFixture.tokenizer()
        let limits = try PassageLimits(budget: shape.budget, target: shape.target, overlap: shape.overlap)
        let cutter = PassageCutter(tokenizer: tokenizer, limits: limits, windowLength: shape.window)
        let reference = PassageCutter(tokenizer: tokenizer, limits: limits, windowLength: .max)
        var strings = TokenizerRandomStrings()
        let glue = [
            " ", "\n", "\n\n", "\n# ", "\n\u{C}", ". ", "\u{3002}", ",", "", "\r\n", "\n=====\n", "\u{2029}",
            " \u{200B} ",
            "\n\n\u{301}\n", " [SEP]", "\n---\n\n",
        ]
        for document in 0..<60 {
            var text = document % 7 == 0 ? "\u{FEFF}" : ""
            for piece in 0..<document * 3 {
                text += strings.next() + glue[(piece * 7 + document) % glue.count]
            }
            let bytes = Array(text.utf8)
            let passages = cutter.passages(of: bytes)
            let note = "document \(document) of seed \(TokenizerRandomStrings.seed)"
            check(passages, of: bytes, by: cutter, note)
            #expect(passages == reference.passages(of: bytes), "windows change passages of \(note)")
            #expect(passages.isEmpty == (tokenizer.tokenize(bytes).count == 0), "\(note)")
        }
    }

    static let extremes: [(name: String, text: String, passages: Int?)] = [
        ("a line of 20 kB", String(repeating: "| cell ", count: 3000), nil),
        ("a word of 10 MB", String(repeating: "a", count: 10 << 20), 1),
        ("a word of 3 MB between others", "one \(String(repeating: "\u{E9}", count: 3 << 19)) three", 1),
        ("no white space", String(repeating: "ab,cd;", count: 100_000), nil),
        ("Chinese", String(repeating: "\u{4ECA}\u{5929}\u{662F}\u{3002}", count: 50_000), nil),
        ("Hangul words", String(repeating: "\u{D55C}\u{AD6D}\u{C5B4} ", count: 50_000), nil),
        ("3 MB of white space", "one" + String(repeating: " \n", count: 3 << 19) + "two", 1),
        (
            "3 MB of white space after much",
            String(repeating: "one ", count: 300) + String(repeating: " \n", count: 3 << 19) + "two", 2
        ),
        ("3 MB that disappears", "one" + String(repeating: "\u{200B}", count: 1 << 20) + "two", 1),
        ("empty lines", String(repeating: "a\n\n", count: 100_000), nil),
        ("headings only", String(repeating: "# a\n", count: 50_000), nil),
        ("half an added token at every cut", String(repeating: "[SEP", count: 100_000), nil),
        ("added tokens only", String(repeating: "[SEP]", count: 100_000), nil),
        ("long words", String(repeating: String(repeating: "x", count: 5000) + " ", count: 1000), nil),
    ]

    @Test(arguments: extremes.map(\.name))
    func `texts of extreme shape`(name: String) throws {
        let (_, text, count) = try #require(Self.extremes.first { $0.name == name })
        let bytes = Array(text.utf8)
        let cutter = try PassageCutter(tokenizer: TokenizerFixture.tokenizer())
        let passages = cutter.passages(of: bytes)
        if let count { #expect(passages.count == count) }
        check(passages, of: bytes, by: cutter, name)
    }

    @Test func `a word of more tokens than the budget is one truncated passage`() throws {
        let cutter = try PassageCutter(
            tokenizer: TokenizerFixture.tokenizer(), limits: PassageLimits(budget: 20, target: 16, overlap: 4))
        let text = Array("a b c \(String(repeating: "xq", count: 45)) d e f".utf8)
        let passages = cutter.passages(of: text)
        #expect(passages.filter(\.isTruncated).count == 1)
        check(passages, of: text, by: cutter, "long word")
    }
}
