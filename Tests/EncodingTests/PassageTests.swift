import Encoding
import Testing

/// Where documents are cut.
@Suite struct PassageTests {
    private func cutter(
        budget: Int = 254, target: Int = 220, overlap: Int = 40, mode: PassageCutter.Mode = .passages
    ) throws -> PassageCutter {
        try PassageCutter(
            tokenizer: TokenizerFixture.tokenizer(),
            limits: PassageLimits(budget: budget, target: target, overlap: overlap, minimum: 4), mode: mode)
    }

    private func words(_ count: Int, _ word: String = "word") -> String {
        Array(repeating: word, count: count).joined(separator: " ")
    }

    @Test(arguments: ["", " ", "\n\n\t \u{C}", "\u{200B}", "\u{3000}\u{2028}", "\u{301}"])
    func `text without a token has no passage`(text: String) throws {
        #expect(try cutter().passages(of: Array(text.utf8)).isEmpty)
        #expect(try cutter(mode: .whole).passages(of: Array(text.utf8)).isEmpty)
    }

    @Test func `a short text is one passage without the white space around it`() throws {
        let passages = try cutter().passages(of: Array("\n\n  Hello,\nworld. \n".utf8))
        #expect(
            passages == [
                Passage(
                    byteRange: 4..<17, lineRange: 3...4, tokens: [101, 7592, 1010, 2088, 1012, 102], isTruncated: false)
            ])
        #expect(passages.first?.tokenCount == 4)
    }

    @Test func `a text that fits the budget stays whole`() throws {
        let passages = try cutter().passages(of: Array(words(254).utf8))
        #expect(passages.map(\.tokenCount) == [254])
        #expect(try cutter().passages(of: Array(words(255).utf8)).map(\.tokenCount) == [220, 75])
    }

    /// Each text has one boundary of the named kind, 14 tokens from its beginning, and worse ones all around it.
    @Test(arguments: [
        ("heading", "One two. Three\n\nfour five. Six\nseven eight nine ten", "# Eleven and then."),
        ("underlined heading", "One two. Three\n\nfour five. Six\nseven eight nine ten", "Eleven\n===\nand then."),
        ("form feed", "One two. Three\n\nfour five. Six\nseven eight nine ten", "\u{C}Eleven and then."),
        ("blank line", "One two. Three\nfour five. Six\nseven eight nine ten", "\nEleven and then."),
        ("line", "One two. Three four five. Six seven eight nine ten", "Eleven and then."),
    ])
    func `the best boundary within the target wins`(kind: String, head: String, next: String) throws {
        let text = Array("\(head) go.\n\(next) More of it\n and more, and so on and on and on".utf8)
        let passages = try cutter(budget: 20, target: 18, overlap: 0).passages(of: text)
        let first = try #require(passages.first)
        #expect(String(decoding: text[first.byteRange], as: UTF8.self) == "\(head) go.", "\(kind)")
    }

    @Test(arguments: [
        ("It was late. He left the old house and walked on", "It was late."),
        ("\u{201C}It was late.\u{201D} He left the house and walked on", "\u{201C}It was late.\u{201D}"),
        ("Is it late now? He left the house and walked on", "Is it late now?"),
        ("I met with Dr. Jones on the way and then walked on", "I met with Dr. Jones on the"),
        ("We saw J. Smith on the way home and then walked on", "We saw J. Smith on the way"),
        ("It is e.g. the way that leads home and then on", "It is e.g. the way"),
    ])
    func `sentences end where a reader says so`(text: String, first: String) throws {
        let passages = try cutter(budget: 9, target: 8, overlap: 0).passages(of: Array(text.utf8))
        let range = try #require(passages.first).byteRange
        #expect(String(decoding: Array(text.utf8)[range], as: UTF8.self) == first)
    }

    @Test func `overlap begins with a sentence and stops at headings`() throws {
        let text = "\(words(20)). \(words(5, "Begin")). \(words(20, "End")).\n\n# Title\n\(words(40, "body"))"
        let bytes = Array(text.utf8)
        let passages = try cutter(budget: 32, target: 28, overlap: 12).passages(of: bytes)
        let slices = passages.map { String(decoding: bytes[$0.byteRange], as: UTF8.self) }
        #expect(slices.first == "\(words(20)). \(words(5, "Begin")).")
        #expect(slices.dropFirst().first?.hasPrefix(words(5, "Begin")) == true)
        #expect(slices.contains { $0.hasPrefix("# Title") })
        #expect(!slices.contains { $0.contains("# Title") && !$0.hasPrefix("# Title") })
    }

    @Test func `lines are counted from one and end with the last byte`() throws {
        let text = Array((1...100).map { "This is line \($0).\n" }.joined().utf8)
        let passages = try cutter(budget: 60, target: 50, overlap: 10).passages(of: text)
        #expect(passages.first?.lineRange.lowerBound == 1)
        #expect(passages.last?.lineRange.upperBound == 100)
        for passage in passages {
            let slice = String(decoding: text[passage.byteRange], as: UTF8.self)
            #expect(slice.hasPrefix("This is line \(passage.lineRange.lowerBound)."))
            #expect(slice.hasSuffix("This is line \(passage.lineRange.upperBound)."))
        }
    }

    @Test func `a whole document is one passage that says whether it was cut`() throws {
        let cutter = try cutter(mode: .whole)
        let short = try #require(cutter.passages(of: Array(words(254).utf8)).first)
        #expect(short.tokenCount == 254)
        #expect(!short.isTruncated)
        let text = Array(" \(words(1000, "two\n"))".utf8)
        let long = try #require(cutter.passages(of: text).first)
        #expect(long.tokenCount == 254)
        #expect(long.isTruncated)
        #expect(long.byteRange == 1..<text.count - 1)
        #expect(long.lineRange == 1...1000)
    }

    @Test(arguments: [(10, 11, 2), (10, 1, 0), (10, 10, 5), (10, 8, -1)])
    func `limits that cannot work are refused`(budget: Int, target: Int, overlap: Int) {
        #expect(throws: EncodingError.self) { try PassageLimits(budget: budget, target: target, overlap: overlap) }
    }

    @Test(arguments: [(256, 254, 220, 40), (512, 510, 220, 40), (128, 126, 109, 19), (4, 2, 2, 0)])
    func `limits scale with the model`(maximumLength: Int, budget: Int, target: Int, overlap: Int) throws {
        let limits = try PassageLimits(maximumLength: maximumLength)
        #expect(limits.budget == budget)
        #expect(limits.target == target)
        #expect(limits.overlap == overlap)
    }
}
