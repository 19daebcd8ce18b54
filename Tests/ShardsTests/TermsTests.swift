import Foundation
import Lexicon
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("The terms of a shard")
struct TermsTests {
    /// Words of the letters b to h.
    static let words = (0..<700).map { number in
        String(
            String(number, radix: 7).utf8.compactMap { digit in
                Unicode.Scalar(UInt32(digit) + 50).map(Character.init)
            })
    }

    /// Texts whose words are of all frequencies: the first is nearly everywhere.
    static func texts(_ count: Int, _ generator: inout SeededGenerator) -> [String] {
        (0..<count).map { _ in
            (0..<Int.random(in: 0...90, using: &generator)).map { _ in
                words[Int(pow(Double(words.count), Double.random(in: 0..<1, using: &generator))) - 1]
            }.joined(separator: " ")
        }
    }

    private static func lists(_ texts: [String]) throws -> [TermList] {
        var reader = try TermReader(Analyzer())
        return texts.map { text in
            var list = TermList()
            reader.append(Array(text.utf8).span, to: &list)
            return list
        }
    }

    /// Commits a shard of one document with these texts.
    static func commit(_ texts: [String], to path: FilePath, abandoning extra: [String] = []) throws {
        var store = try SampleIndex.create(.float32, at: path)
        var builder = ShardBuilder(
            identity: store.identity, options: ShardBuilder.Options(analyzer: Analyzer()))
        let (document, _) = SampleIndex.document("a.txt", claim: "c", text: "one two three four")
        for texts in [extra, texts] where !texts.isEmpty {
            builder.abandonDocument()
            let passages = texts.map { text in
                ShardPassage(
                    byteRange: 0..<1, lineRange: 1...1, tokenCount: 1, isTruncated: false, text: Array(text.utf8))
            }
            try builder.append(
                passages: passages,
                codes: SampleIndex.rows(texts.count, bytesPerRow: builder.identity.bytesPerRow, seed: 1)
                    .map { $0 & 0x3F },
                terms: try lists(texts))
        }
        try builder.finish(document)
        let receipt = try builder.write(into: store.directory, name: ShardName(milliseconds: 1, random: 1))
        try store.commit(IndexChanges(shards: [receipt]), at: SampleIndex.time)
    }

    /// The content on the day the section was defined; it follows from the texts alone.
    ///
    /// Lists of all three forms are in it.
    @Test("have the bytes that they had from the beginning")
    func golden() throws {
        let texts = (0..<300).map { row in
            let words = [row % 2, row % 50 + 3, row % 17 + 60, 100 + row / 299].map { Self.words[$0] }
            return words.joined(separator: " ") + String(repeating: " " + words[0], count: row % 5)
        }
        let scratch = try ScratchDirectory()
        try Self.commit(texts, to: scratch.path)
        let name = try #require(try Directory.entries(of: scratch.path).map(\.name).first { $0.extension == "zst" })
        let file = try FileContents.read(scratch.path.appending(name))
        let start = try #require(file.firstRange(of: Array("VSPTERMS".utf8))).lowerBound
        let content = Array(file[start..<start + file.number(at: start + 104, byteCount: 8)])
        #expect(content.count == 2054)
        #expect(XXH64.digest(of: content.rawSpan) == 15_822_836_033_596_285_384)
    }

    @Test("are read as they were written", arguments: [1, 127, 128, 129, 1000] as [Int])
    func roundTrip(rows: Int) throws {
        let scratch = try ScratchDirectory()
        var generator = SeededGenerator(seed: UInt64(rows))
        let texts = Self.texts(rows, &generator)
        try Self.commit(texts, to: scratch.path, abandoning: Self.texts(50, &generator) + ["onlyhere"])
        let findings = try IndexVerifier.verify(scratch.path).findings
        #expect(findings.isEmpty, "\(findings)")

        let snapshot = try Snapshot.open(scratch.path)
        #expect(snapshot.manifest.identity.analyzer == "english/1")
        let terms = try #require(snapshot.shards[0].reader.terms)
        var expected: [[UInt8]: [Int: Int]] = [:]
        let lists = try Self.lists(texts)
        for (row, list) in lists.enumerated() {
            #expect(try terms.wordCount(ofRow: row) == list.wordCount)
            for term in list { expected[Array(term), default: [:]][row, default: 0] += 1 }
        }
        #expect(terms.termCount == expected.count)
        #expect(terms.wordCount == lists.reduce(0) { $0 + $1.wordCount })
        let score = TermScore(weight: 2, fixed: 0.3, slope: 0.01)
        for (term, counts) in expected {
            let postings = try #require(try terms.postings(of: term))
            #expect(postings.rowCount == counts.count)
            let range = rows / 3..<rows
            var sums = Array(repeating: Float(0), count: range.count)
            var tally = PostingsTally()
            try terms.addScores(of: postings, score, rows: range, to: &sums, &tally)
            let cursor = PostingsCursor(postings, in: terms)
            for row in Array(range) + range.reversed() + range.filter({ $0.isMultiple(of: 97) }) {
                #expect(try cursor.count(inRow: row) == counts[row] ?? 0)
            }
            let bounds = [
                (rows: 0..<rows, bound: try terms.bound(of: postings, score, rows: 0..<rows)),
                (rows: range, bound: try terms.bound(of: postings, score, rows: range)),
                (
                    rows: rows / 2..<rows / 2 + 1,
                    bound: try terms.bound(of: postings, score, rows: rows / 2..<rows / 2 + 1)
                ),
            ]
            for (rows, bound) in bounds {
                for row in rows {
                    #expect(counts[row].map { score(count: $0, words: lists[row].wordCount) } ?? 0 <= bound)
                }
            }
            #expect(try terms.rows(of: postings) == counts.keys.sorted())
            for row in range {
                let wanted = counts[row].map { score(count: $0, words: lists[row].wordCount) } ?? 0
                #expect(abs(Double(sums[row - range.lowerBound]) - wanted) < 1e-6)
            }
        }
        for absent in ["", "a", "zzzz", "onlyher", Self.words[5] + "x"] {
            #expect(try terms.postings(of: Array(absent.utf8)) == nil, "\(absent)")
        }
    }

    @Test("a flipped bit anywhere in them is found, and a search over it ends with an error or an answer")
    func damage() throws {
        let scratch = try ScratchDirectory()
        let seed = UInt64.random(in: .min ... .max)
        var generator = SeededGenerator(seed: seed)
        let texts = Self.texts(700, &generator)
        try Self.commit(texts, to: scratch.path)
        let findings = try IndexVerifier.verify(scratch.path).findings
        #expect(findings.isEmpty, "\(findings)")
        try FlippedBits.expectFound(inSection: "VSPTERMS", of: scratch.path, &generator) { generator in
            Self.search(scratch.path, &generator)
        }
    }

    /// Looks some terms up; damage is an error.
    private static func search(_ path: FilePath, _ generator: inout SeededGenerator) {
        guard let snapshot = try? Snapshot.open(path), let terms = snapshot.shards.first?.reader.terms else { return }
        var sums = Array(repeating: Float(0), count: terms.rowCount)
        for _ in 0..<5 {
            let word = words.randomElement(using: &generator) ?? ""
            guard let postings = try? terms.postings(of: Array(word.utf8)) else { continue }
            var tally = PostingsTally()
            try? terms.addScores(
                of: postings, TermScore(weight: 1, fixed: 1, slope: 0), rows: 0..<terms.rowCount, to: &sums, &tally)
        }
    }
}
