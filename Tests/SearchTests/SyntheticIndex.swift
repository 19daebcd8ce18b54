import Foundation
import Identity
import Lexicon
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport

/// An index of random vectors, with its source vectors for comparison with a simple search.
struct SyntheticIndex {
    static let dimension = 100
    static let rowsPerDocument = 3

    let scratch: ScratchDirectory
    let ranges: Ranges
    /// The vector of each row of the snapshot, dead rows included.
    var vectors: [[Float]] = []
    /// The text of each row of the snapshot.
    var texts: [String] = []
    private let analyzer: Analyzer?
    private var store: IndexStore
    private var generator: SeededGenerator

    var directory: FilePath { store.directory.path }

    init(_ precision: Precision, seed: UInt64, analyzer: Analyzer? = nil) throws {
        self.analyzer = analyzer
        scratch = try ScratchDirectory()
        generator = SeededGenerator(seed: seed)
        var minima = Array(repeating: Float(-0.3), count: Self.dimension)
        var maxima = (0..<Self.dimension).map { 0.1 + Float($0 % 7) / 10 }
        // A dimension that never changes, and one of noise.
        (minima[5], maxima[5]) = (0, 0)
        (minima[9], maxima[9]) = (-1e-33, 1e-33)
        ranges = try Ranges(minima: minima, maxima: maxima)
        let identity = IndexIdentity(
            model: ModelIdentity(
                name: "synthetic", dimension: Self.dimension, weights: SHA256Digest(of: [1]),
                encoder: SHA256Digest(of: [2]), compute: "float32"),
            precision: precision, ranges: nil)
        store = try IndexStore.create(
            at: scratch.path.appending("index"), identity: identity,
            ranges: precision.needsRanges
                ? RangesFile(array: ranges.numPyFile(), description: Array("{}".utf8)) : nil,
            passages: [:], time: Date(timeIntervalSince1970: 0))
    }

    /// A vector of length 1.
    mutating func randomVector() -> [Float] {
        var vector = (0..<Self.dimension).map { _ in generator.nextNormal() }
        vector[5] = 0
        vector[9] *= 1e-34
        let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return vector.map { $0 / length }
    }

    /// Commits a shard of documents `d<number>` of three rows each, which supersede those of the same numbers.
    ///
    /// `repeated` is a vector to add again and again, for ties.
    mutating func commit(documents: Range<Int>, repeated: [Float]? = nil, compressesCodes: Bool = false) throws {
        var builder = ShardBuilder(
            identity: store.identity,
            options: ShardBuilder.Options(compressesCodes: compressesCodes, analyzer: analyzer))
        for number in documents {
            var rows: [[Float]] = []
            for _ in 0..<Self.rowsPerDocument { rows.append(repeated ?? randomVector()) }
            try append("d\(number)", rows, to: &builder)
        }
        let name = ShardName(milliseconds: UInt64(vectors.count), random: 0)
        try store.commit(
            IndexChanges(shards: [try builder.write(into: store.directory, name: name)]),
            at: Date(timeIntervalSince1970: 0))
    }

    private mutating func append(_ path: String, _ rows: [[Float]], to builder: inout ShardBuilder) throws {
        vectors += rows
        let precision = store.identity.precision
        let passages = rows.indices.map { index in
            ShardPassage(
                byteRange: index * 10..<index * 10 + 9, lineRange: index + 1...index + 1, tokenCount: 3,
                isTruncated: false,
                text: Array(("\(path) row \(index)" + (analyzer == nil ? "" : words())).utf8))
        }
        texts += passages.map { String(decoding: $0.text, as: UTF8.self) }
        var terms: [TermList] = []
        if let analyzer {
            var reader = try TermReader(analyzer)
            for passage in passages {
                var list = TermList()
                reader.append(passage.text.span, to: &list)
                terms.append(list)
            }
        }
        let document = ShardDocument(
            path: Array(path.utf8), size: 30, modified: 0, content: SHA256Digest(of: Array(path.utf8)),
            key: SHA256Digest(of: Array("\(path) \(vectors.count)".utf8)), claim: "claim \(vectors.count)",
            metadata: #"{"number":1}"#)
        try builder.append(
            document, passages: passages, codes: try codes(rows, precision),
            signs: precision.needsRanges ? try codes(rows, .ubinary) : [], terms: terms)
    }

    /// Between none and sixty words, of which some are everywhere and some nowhere else, and now and then an identifier.
    private mutating func words() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...60, using: &generator) {
            let rank = Int(pow(600, Double.random(in: 0..<1, using: &generator)))
            text += " " + Self.word(rank)
        }
        if Int.random(in: 0..<4, using: &generator) == 0 {
            text += " ERR-\(Int.random(in: 100..<140, using: &generator))"
        }
        return text
    }

    /// The word of a rank, of letters alone.
    static func word(_ rank: Int) -> String {
        // The digits of base 20, 0 to 9 and a to j, become a to t.
        let letters = String(rank, radix: 20).unicodeScalars.compactMap {
            Unicode.Scalar($0.value < 58 ? $0.value + 49 : $0.value + 10).map(Character.init)
        }
        return "ma" + String(letters)
    }

    private func codes(_ rows: [[Float]], _ precision: Precision) throws -> [UInt8] {
        var quantizer = try Quantizer(precision: precision, dimension: Self.dimension, ranges: ranges)
        var codes: [UInt8] = []
        for row in rows { try quantizer.append(rows: row.span, to: &codes) }
        return codes
    }

    /// The live rows of the newest generation, determined from the documents' names alone.
    func liveRows() throws -> [Int] {
        let snapshot = try Snapshot.open(directory)
        var newest: [String: Range<Int>] = [:]
        for shard in snapshot.shards {
            try shard.reader.forEachDocument { _, stored in
                let rows = shard.firstRow + stored.rows.lowerBound..<shard.firstRow + stored.rows.upperBound
                newest[stored.document.identifier.displayName] = rows
            }
        }
        return newest.values.flatMap { Array($0) }.sorted()
    }

    /// The score of a row by definition, in double precision; rows and query are quantized one value at a time.
    func referenceScore(_ query: [Float], row: Int, _ scorer: Scorer) -> Double {
        let vector = vectors[row]
        switch (store.identity.precision, scorer) {
        case (.float32, _):
            return zip(query, vector).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        case (.int8, .sentenceTransformers), (.uint8, .sentenceTransformers):
            let shift = store.identity.precision == .int8 ? 128 : 0
            return query.indices.reduce(0) {
                $0 + Double((bucket(query[$1], $1) - shift) * (bucket(vector[$1], $1) - shift))
            }
        case (.int8, .folded), (.uint8, .folded):
            return query.indices.reduce(0) { sum, index in
                let step = Double(ranges.maxima[index] - ranges.minima[index]) / 255
                let value = Double(ranges.minima[index]) + (Double(bucket(vector[index], index)) + 0.5) * step
                return sum + Double(query[index]) * (step == 0 ? Double(ranges.minima[index]) : value)
            }
        case (.binary, .sentenceTransformers), (.ubinary, .sentenceTransformers):
            return -Double(query.indices.count { (query[$0] > 0) != (vector[$0] > 0) })
        case (.binary, .folded), (.ubinary, .folded):
            return query.indices.reduce(0) { $0 + (vector[$1] > 0 ? Double(query[$1]) : -Double(query[$1])) }
                / Double(Self.dimension).squareRoot()
        }
    }

    private func bucket(_ value: Float, _ index: Int) -> Int {
        let step = (ranges.maxima[index] - ranges.minima[index]) / 255
        return Int(min(max(((value - ranges.minima[index]) / (step == 0 ? 1 : step)).rounded(.down), 0), 255))
    }
}
