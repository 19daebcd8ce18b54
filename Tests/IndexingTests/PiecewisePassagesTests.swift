import Encoding
import Indexing
import Platform
import Shards
import SystemPackage
import TestSupport
import Testing

/// Passages of a text that comes in pieces are those of the whole text.
@Suite struct PiecewisePassagesTests {
    /// The default model, which `make setup` fetches.
    static let model: FilePath = {
        var folder = FilePath(#filePath)
        for _ in 0..<3 { folder.removeLastComponent() }
        return folder.appending(".models").appending("all-MiniLM-L6-v2")
    }()

    @Test(.timeLimit(.minutes(10)), arguments: UInt64(1)...12) func piecesChangeNoPassage(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let tokenizer = try WordPieceTokenizer(folder: Self.model)
        let window = [97, 500, 4096, 256 << 10].randomElement(using: &generator) ?? 500
        let cutter = PassageCutter(
            tokenizer: tokenizer, limits: try PassageLimits(budget: 62, target: 50, overlap: 10), windowLength: window)
        let words = [
            "one", "two.", "Three", "héé", "# Title\n", "end!\n\n", "x", "\n", "  ", "a-b", "漢字。",
            "longlonglonglonglonglong",
        ]
        var text: [UInt8] = []
        for _ in 0..<Int.random(in: 1...6000, using: &generator) {
            text += Array((words.randomElement(using: &generator) ?? "").utf8) + [0x20]
        }
        let whole = cutter.passages(of: text)
        var reader = PassageReader(PassageStream(cutter), offset: 3)
        var found: [PreparedPassage] = []
        var start = 0
        while start < text.count {
            let end = min(start + Int.random(in: 1...9000, using: &generator), text.count)
            reader.add(text[start..<end])
            start = end
            while let passage = reader.next() { found.append(passage) }
        }
        reader.finish()
        while let passage = reader.next() { found.append(passage) }
        #expect(found.map(\.tokens) == whole.map(\.tokens), "\(generator)")
        #expect(
            found.map(\.passage.byteRange) == whole.map { $0.byteRange.lowerBound + 3..<$0.byteRange.upperBound + 3 },
            "\(generator)")
        #expect(found.map(\.passage.lineRange) == whole.map(\.lineRange), "\(generator)")
        #expect(found.map(\.passage.text) == whole.map { Array(text[$0.byteRange]) }, "\(generator)")
    }
}
