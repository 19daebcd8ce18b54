import Foundation
import Platform
import Shards
import SystemPackage
import TestSupport
import Testing

/// Throws shards with forged terms at the reader, with every checksum right: for a second in `make test`, for minutes with
/// `make test-fuzz`.
///
/// Checksums keep damage out; what a program with a fault, or somebody who wants to do harm, has written, passes them.
/// `VECTORSPOOL_FUZZ_SECONDS` says how long, and `VECTORSPOOL_FUZZ_SEED` repeats a run.
@Suite("Forged terms", .timeLimit(.minutes(20)))
struct TermsFuzzTests {
    private static func number(_ name: String) -> Double? {
        ProcessInfo.processInfo.environment[name].flatMap { Double($0) }
    }

    @Test("end with an answer or an error, in little memory and time")
    func fuzz() throws {
        let seed = Self.number("VECTORSPOOL_FUZZ_SEED").map { UInt64($0) } ?? UInt64.random(in: 0..<1 << 53)
        var random = SeededGenerator(seed: seed)
        let scratch = try ScratchDirectory()
        try TermsTests.commit(TermsTests.texts(700, &random), to: scratch.path)
        let shard = try #require(
            try Directory.entries(of: scratch.path).map(\.name).first { $0.string.hasPrefix("shard-") })
        let path = scratch.path.appending(shard)
        let whole = try FileContents.read(path)
        let content = try #require(Self.content(of: whole))
        let end = ContinuousClock.now + .seconds(Self.number("VECTORSPOOL_FUZZ_SECONDS") ?? 1)
        var (rounds, answers, slowest) = (0, 0, Duration.zero)
        while ContinuousClock.now < end {
            var file = whole
            for _ in 0..<Int.random(in: 1...8, using: &random) { Self.forge(&file, content, &random) }
            Self.correct(&file, content)
            try AtomicFile.replaceVolatile(file, at: path)
            let start = ContinuousClock.now
            answers += Self.read(scratch.path, &random)
            slowest = max(slowest, start.duration(to: .now))
            rounds += 1
        }
        #expect(answers > 0 && slowest < .seconds(5), "\(random)")
        print("\(rounds) forged sections, \(answers) answers, the slowest \(slowest), seed \(seed)")
    }

    /// Where the content of the terms is in a file.
    private static func content(of file: [UInt8]) -> Range<Int>? {
        guard let start = file.firstRange(of: Array("VSPTERMS".utf8))?.lowerBound else { return nil }
        return start..<start + file.number(at: start + 104, byteCount: 8)
    }

    /// Changes some bytes of the content: of the header, where all offsets are, as often as of the rest.
    private static func forge(_ file: inout [UInt8], _ content: Range<Int>, _ random: inout SeededGenerator) {
        let isHeader = Int.random(in: 0..<3, using: &random) == 0
        let place =
            content.lowerBound
            + (isHeader
                ? Int.random(in: 12..<120, using: &random) : Int.random(in: 128..<content.count, using: &random))
        let odd: [UInt8] = [0, 1, 0x7F, 0x80, 0xFF, .random(in: 0...255, using: &random)]
        for offset in 0..<([1, 1, 2, 4, 8].randomElement(using: &random) ?? 1) where place + offset < content.upperBound
        {
            file[place + offset] = odd.randomElement(using: &random) ?? 0
        }
    }

    /// Makes the checksums of the header and of the pieces right.
    private static func correct(_ file: inout [UInt8], _ content: Range<Int>) {
        let header = Array(file[content.lowerBound..<content.lowerBound + 120])
        file.overwrite(at: content.lowerBound + 120, with: XXH64.digest(of: header.rawSpan), byteCount: 8)
        var place = content.lowerBound + (content.count + 7) / 8 * 8
        for start in stride(from: content.lowerBound, to: content.upperBound, by: 1 << 16) {
            let piece = Array(file[start..<min(start + 1 << 16, content.upperBound)])
            file.overwrite(at: place, with: XXH64.digest(of: piece.rawSpan), byteCount: 8)
            place += 8
        }
    }

    /// Reads terms in every way; returns how many answers there were.
    private static func read(_ index: FilePath, _ random: inout SeededGenerator) -> Int {
        guard let snapshot = try? Snapshot.open(index), let terms = snapshot.shards.first?.reader.terms else {
            return 0
        }
        var answers = 0
        let score = TermScore(weight: 1, fixed: 1, slope: 0.01)
        for _ in 0..<8 {
            let word = Array((TermsTests.words.randomElement(using: &random) ?? "").utf8)
            _ = try? terms.wordCount(ofRow: .random(in: 0..<700, using: &random))
            if (try? terms.rows(withAll: [word, Array("b".utf8)])) != nil { answers += 1 }
            guard let postings = (try? terms.postings(of: word)) ?? nil else { continue }
            let rows = Int.random(in: 0..<700, using: &random)..<700
            var sums = Array(repeating: Float(0), count: rows.count)
            var tally = PostingsTally()
            if (try? terms.addScores(of: postings, score, rows: rows, to: &sums, &tally)) != nil { answers += 1 }
            if (try? terms.bound(of: postings, score, rows: rows)) != nil { answers += 1 }
            if (try? terms.rows(of: postings)) != nil { answers += 1 }
            let cursor = PostingsCursor(postings, in: terms)
            answers += (0..<4).count { _ in (try? cursor.count(inRow: .random(in: 0..<700, using: &random))) != nil }
        }
        return answers
    }
}
