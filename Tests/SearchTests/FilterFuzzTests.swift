import Foundation
import Platform
import Search
import Shards
import SystemPackage
import TestSupport
import Testing
import Text

/// Throws random filters at an index: for a second in `make test`, for minutes with `make test-fuzz`.
///
/// `VECTORSPOOL_FUZZ_SECONDS` says how long, and `VECTORSPOOL_FUZZ_SEED` repeats a run.
@Suite("Random filters")
struct FilterFuzzTests {
    private static func number(_ name: String) -> Double? {
        ProcessInfo.processInfo.environment[name].flatMap { Double($0) }
    }

    private static let pieces = [
        "year", "tags", "author.name", "in", "=", "!=", "<", ">", "<=", ">=", "==", "\"", "\\", "\\\"", "\\u00e9", "[",
        "]", "(", ")",
        ",", " ", "\t", "\n", "*", "**", "/", "?", "[a-", "[!", "[[:alpha:]]", "!", "#", "-", "+", "T", "Z", ":",
        "2026", "-01", "-31", "7d",
        "1e999", "-0", "0.5", "99999999999999999999", "true", "null", "notes", "lines.jsonl", ".md", "\u{0}", "\u{301}",
        "é", "日本", "🚀",
        "\u{202E}", "\\x41", "\\u{5c}", "\r\n",
    ]

    private static func text(_ random: inout SeededGenerator) -> String {
        let length = Int.random(in: 0..<100, using: &random) == 0 ? 5000 : Int.random(in: 0...12, using: &random)
        let text = (0..<length).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        guard Int.random(in: 0..<10, using: &random) == 0 else { return text }
        return String(decoding: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }, as: UTF8.self)
    }

    @Test("end with rows or with a refusal, the same with columns and without, in little memory")
    func fuzz() throws {
        let seconds = Self.number("VECTORSPOOL_FUZZ_SECONDS")
        let seed = Self.number("VECTORSPOOL_FUZZ_SEED").map { UInt64($0) } ?? UInt64.random(in: 0..<1 << 53)
        var random = SeededGenerator(seed: seed)
        let documents = RowFilterTests.documents(0..<300, &random).map(\.document)
        var (with, without) = (try ForgedIndex(seed: 1), try ForgedIndex(seed: 1))
        try with.commit(documents, hasColumns: true)
        try without.commit(documents, hasColumns: false)
        let snapshots = [try Snapshot.open(with.directory), try Snapshot.open(without.directory)]
        let end = ContinuousClock.now + .seconds(seconds ?? 1)
        var (rounds, slowest, refused) = (0, Duration.zero, 0)
        while ContinuousClock.now < end {
            let start = ContinuousClock.now
            var filter = RowFilter()
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let typed =
                    Int.random(in: 0..<3, using: &random) == 0
                    ? Self.text(&random)
                    : (RandomFilter.keys.randomElement(using: &random) ?? "")
                        + ["=", "!=", "<", ">=", " in "][Int.random(in: 0..<5, using: &random)] + Self.text(&random)
                if let predicate = try? MetadataPredicate(parsing: typed) {
                    filter.predicates.append(predicate)
                } else {
                    refused += 1
                }
            }
            if Bool.random(using: &random) {
                filter.paths = PathGlobs((0..<Int.random(in: 1...3, using: &random)).map { _ in Self.text(&random) })
            }
            if Int.random(in: 0..<4, using: &random) == 0 {
                filter.documents = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                    Bool.random(using: &random)
                        ? documents.randomElement(using: &random)?.name ?? "" : Self.text(&random)
                }
            }
            if let moment = Moment(parsing: Self.text(&random)) { filter.modified = moment.span } else { refused += 1 }
            let rows = try snapshots.map { try filter.rows(of: $0) }
            #expect(rows[0].selection.shards[0] == rows[1].selection.shards[0], "\(filter), \(random)")
            #expect(
                rows[0].unknownKeys == rows[1].unknownKeys && rows[0].unknownDocuments == rows[1].unknownDocuments,
                "\(random)")
            rounds += 1
            slowest = max(slowest, ContinuousClock.now - start)
        }
        #expect(rounds > 0 && refused > 0)
        guard seconds != nil else { return }
        let status = String(decoding: try FileContents.read("/proc/self/status"), as: UTF8.self)
        let peak = status.split(separator: "\n").first { $0.hasPrefix("VmHWM") } ?? ""
        print("\(rounds) random filters, \(refused) texts refused, the slowest took \(slowest), \(peak), \(random)")
        let kilobytes = try #require(peak.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        #expect(kilobytes < 1 << 20, "more than 1 GiB of memory")
    }
}
