import Identity
import Quantization
import Search
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("Passages like those of a document")
struct LikenessTests {
    /// Superseded documents too, so that those who are found are the live ones.
    private static func index(_ precision: Precision) throws -> SyntheticIndex {
        var index = try SyntheticIndex(precision, seed: 29)
        try index.commit(documents: 0..<30)
        try index.commit(documents: 20..<50, compressesCodes: true)
        return index
    }

    /// The hits of a search for what is like a name.
    private static func hits(_ index: SyntheticIndex, like name: String, limit: Int) async throws -> [SearchHit] {
        var options = SearchOptions(mode: .semantic)
        options.isByVectors = true
        return try await Searcher.with(index: index.directory, model: "/nonexistent", options) { searcher in
            let query = try #require(try searcher.snapshot.query(like: DocumentName(name), label: name))
            var hits: [SearchHit] = []
            try await searcher.answer(
                QueryList([query]), HitPage(limit: limit, perDocument: 0)
            ) { hits += $0.flatMap(\.hits) }
            return hits
        }
    }

    @Test(
        "the mean of its passages ranks all others, of every precision", arguments: Precision.allCases,
        [("d3", 9..<12), ("d25", 105..<108), ("d25#1", 106..<107), ("d25:2-3", 106..<108)])
    func ranking(precision: Precision, named: (name: String, rows: Range<Int>)) async throws {
        let index = try Self.index(precision)
        let hits = try await Self.hits(index, like: named.name, limit: 1000)
        let live = try index.liveRows()
        let document = named.rows.lowerBound / 3 * 3
        #expect(hits.count == live.count - 3)
        #expect(!hits.contains { $0.document == named.name.prefix { $0 != "#" && $0 != ":" } })
        // By definition, from the vectors themselves: signs as signs, and codes of a byte as values within the ranges.
        var mean = Array(repeating: Float(0), count: SyntheticIndex.dimension)
        for row in named.rows {
            for (place, value) in index.vectors[row].enumerated() {
                switch precision {
                case .float32: mean[place] += value
                case .int8, .uint8:
                    mean[place] += min(max(value, index.ranges.minima[place]), index.ranges.maxima[place])
                case .binary, .ubinary: mean[place] += value > 0 ? 1 : -1
                }
            }
        }
        let length = mean.reduce(0) { $0 + $1 * $1 }.squareRoot()
        mean = mean.map { $0 / length }
        let expected = live.filter { !(document..<document + 3).contains($0) }
            .map { index.referenceScore(mean, row: $0, .folded) }.sorted(by: >)
        let tolerance = precision.needsRanges ? 0.005 : 1e-3
        for (hit, score) in zip(hits, expected) { #expect(abs(hit.score - score) < tolerance) }
    }

    @Test("a name that means nothing", arguments: ["d50", "d3#3", "d3:4", ""])
    func unknown(name: String) throws {
        let index = try Self.index(.int8)
        #expect(try Snapshot.open(index.directory).query(like: DocumentName(name), label: name) == nil)
    }
}
