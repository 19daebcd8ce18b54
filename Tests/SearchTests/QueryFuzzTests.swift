import Foundation
import Lexicon
import Platform
import Search
import Shards
import SystemPackage
import TestSupport
import Testing

/// Throws random queries at an index: for a second in `make test`, for minutes with `make test-fuzz`.
///
/// `VECTORSPOOL_FUZZ_SECONDS` says how long, and `VECTORSPOOL_FUZZ_SEED` repeats a run.
@Suite("Random queries")
struct QueryFuzzTests {
    private static func number(_ name: String) -> Double? {
        ProcessInfo.processInfo.environment[name].flatMap { Double($0) }
    }

    private static let pieces = [
        "\"", "\"", "+", "-", ":", "::", " ", " ", " ", "\t", "\n", "ship", "runs", "Café", "e\u{301}", "ERR_SSL", "42",
        "third", "third:", "path:", "path:d1", "document:", "document:d2", "日本語", "ﾞ", "🚀", "\u{0}", "\u{202E}",
        "\u{1160}", "\\", "'", "’", ".", "/", "*", "!", "(", ")", "_", "&", "1e999", "null", "\u{FFFD}", "\r\n",
    ]

    private static func text(_ random: inout SeededGenerator) -> String {
        let length = Int.random(in: 0..<200, using: &random) == 0 ? 5000 : Int.random(in: 0...16, using: &random)
        guard Int.random(in: 0..<10, using: &random) > 0 else {
            return String(decoding: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }, as: UTF8.self)
        }
        return (0..<length).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    /// The rows of a selection, by their texts.
    private static func texts(_ selection: RowSelection?, _ snapshot: Snapshot) throws -> [String] {
        var texts: [String] = []
        for (number, shard) in snapshot.shards.enumerated() {
            var reader = try RowReader(shard.reader)
            for row in 0..<shard.reader.rowCount where selection?.contains(row, inShard: number) ?? true {
                texts.append(String(decoding: try reader.text(of: try reader.passage(ofRow: row)), as: UTF8.self))
            }
        }
        return texts
    }

    @Test("end with the same rows with terms and without, in little memory")
    func fuzz() async throws {
        let seconds = Self.number("VECTORSPOOL_FUZZ_SECONDS")
        let seed = Self.number("VECTORSPOOL_FUZZ_SEED").map { UInt64($0) } ?? UInt64.random(in: 0..<1 << 53)
        var random = SeededGenerator(seed: seed)
        let documents = (0..<60).map { number in
            ForgedIndex.Document(
                path: "d\(number)", metadata: #"{"third":\#(number % 3)}"#,
                texts: (0..<3).map { _ in Self.text(&random) + RandomConditions.passage(&random).text })
        }
        var (with, without) = (try ForgedIndex(seed: 1), try ForgedIndex(seed: 1))
        try with.commit(documents, hasColumns: true)
        for part in stride(from: 0, to: 60, by: 20) {
            try without.commit(Array(documents[part..<part + 20]), hasColumns: false, analyzer: nil)
        }
        let snapshots = [try Snapshot.open(with.directory), try Snapshot.open(without.directory)]
        let threads = ThreadPool(name: "search", threads: 2)
        defer { threads.stop() }
        let end = ContinuousClock.now + .seconds(seconds ?? 1)
        var (rounds, slowest, conditional) = (0, Duration.zero, 0)
        let fields: Set = ["third", "path", "document", "third:", "::"]
        while ContinuousClock.now < end {
            let start = ContinuousClock.now
            let typed =
                Bool.random(using: &random) ? Self.text(&random) : RandomConditions(&random).typed + Self.text(&random)
            let expression = QueryExpression(parsing: typed, isField: fields.contains)
            var found: [[String]] = []
            for snapshot in snapshots {
                let rows = try await expression.rows(of: snapshot, among: nil, Analyzer(), threads: threads)
                found.append(try Self.texts(rows.selection, snapshot))
            }
            #expect(found[0] == found[1], "\(typed.debugDescription), \(random)")
            if expression.isUnconditional {
                #expect(expression.text == typed, "\(random)")
            } else {
                conditional += 1
                #expect(!typed.isEmpty && expression.conditions.allSatisfy { !$0.isEmpty }, "\(random)")
            }
            rounds += 1
            slowest = max(slowest, ContinuousClock.now - start)
        }
        #expect(rounds > 0 && conditional > 0)
        guard seconds != nil else { return }
        let status = String(decoding: try FileContents.read("/proc/self/status"), as: UTF8.self)
        let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
        print(
            "\(rounds) random queries, \(conditional) with conditions, the slowest took \(slowest), \(peak), \(random)")
        let kilobytes = try #require(peak.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        #expect(kilobytes < 1 << 20, "more than 1 GiB of memory")
    }
}
