import Foundation
import Identity
import Lexicon
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport

/// An index of documents with paths, times and metadata, with random codes.
struct ForgedIndex {
    /// A document to forge.
    struct Document: Sendable {
        var path: String
        var item: String?
        /// Seconds since 1970.
        var modified = 0
        var metadata: String?
        /// Its passages; equal ones have equal codes.
        var texts: [String]

        /// Its name in hits.
        var name: String { path + (item.map { "#" + $0 } ?? "") }
    }

    let scratch: ScratchDirectory
    let ranges: Ranges
    private let dimension: Int
    private var store: IndexStore
    private var generator: SeededGenerator
    private var shardCount: UInt64 = 0

    var directory: FilePath { store.directory.path }

    init(seed: UInt64, dimension: Int = 16) throws {
        scratch = try ScratchDirectory()
        self.dimension = dimension
        generator = SeededGenerator(seed: seed)
        ranges = try Ranges(
            minima: Array(repeating: -0.3, count: dimension), maxima: Array(repeating: 0.3, count: dimension))
        let identity = IndexIdentity(
            model: ModelIdentity(
                name: "forged", dimension: dimension, weights: SHA256Digest(of: [1]), encoder: SHA256Digest(of: [2]),
                compute: "float32"),
            precision: .int8, ranges: nil)
        store = try IndexStore.create(
            at: scratch.path.appending("index"), identity: identity,
            ranges: RangesFile(array: ranges.numPyFile(), description: Array("{}".utf8)), passages: [:],
            time: Date(timeIntervalSince1970: 0))
    }

    /// Commits a shard of documents, which supersede those of equal names.
    mutating func commit(_ documents: [Document], hasColumns: Bool, analyzer: Analyzer? = Analyzer()) throws {
        var builder = ShardBuilder(
            identity: store.identity, options: ShardBuilder.Options(analyzer: analyzer, hasColumns: hasColumns))
        var reader = try TermReader(Analyzer())
        var codes: [String: [UInt8]] = [:]
        for (number, document) in documents.enumerated() {
            var rows: [UInt8] = []
            var terms: [TermList] = []
            for text in document.texts {
                let row = codes[text] ?? (0..<dimension).map { _ in UInt8.random(in: 0...255, using: &generator) }
                codes[text] = row
                rows += row
                guard analyzer != nil else { continue }
                var list = TermList()
                reader.append(Array(text.utf8).span, to: &list)
                terms.append(list)
            }
            let passages = document.texts.enumerated().map { place, text in
                ShardPassage(
                    byteRange: place * 100..<place * 100 + 99, lineRange: place + 1...place + 1, tokenCount: 3,
                    isTruncated: false, text: Array(text.utf8))
            }
            let signs = Array(repeating: UInt8(0), count: document.texts.count * ((dimension + 7) / 8))
            try builder.append(
                ShardDocument(
                    path: Array(document.path.utf8), item: document.item.map { Array($0.utf8) }, size: 100,
                    modified: Int64(document.modified) * 1_000_000_000,
                    content: SHA256Digest(of: Array(document.name.utf8)),
                    key: SHA256Digest(of: Array("\(document.name) \(shardCount) \(number)".utf8)),
                    claim: "claim \(shardCount) \(number)", metadata: document.metadata),
                passages: passages, codes: rows, signs: signs, terms: terms)
        }
        shardCount += 1
        let name = ShardName(milliseconds: shardCount, random: 0)
        try store.commit(
            IndexChanges(shards: [try builder.write(into: store.directory, name: name)]),
            at: Date(timeIntervalSince1970: 0))
    }

    /// A query prepared for the index.
    mutating func randomQuery() throws -> ScoringQuery {
        let vector = (0..<dimension).map { _ in generator.nextNormal() }
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return try ScoringQuery(vector.map { $0 / length }.span, precision: .int8, ranges: ranges)
    }
}
