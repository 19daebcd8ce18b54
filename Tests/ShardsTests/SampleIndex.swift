import Foundation
import Identity
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport

/// Documents and indexes made only of numbers, so the same call gives the same bytes anywhere.
enum SampleIndex {
    static let time = Date(timeIntervalSince1970: 1_764_000_000)

    static func digest(_ text: String) -> SHA256Digest {
        SHA256Digest(of: Array(text.utf8))
    }

    static func identity(_ precision: Precision, dimension: Int = 8) -> IndexIdentity {
        IndexIdentity(
            model: ModelIdentity(
                name: "sample-model", dimension: dimension, weights: digest("model"), encoder: digest("encoder"),
                compute: "float32"),
            precision: precision, ranges: nil)
    }

    static func ranges(dimension: Int = 8) throws -> RangesFile {
        let ranges = try Ranges(
            minima: (0..<dimension).map { -0.5 - Float($0) / 16 }, maxima: (0..<dimension).map { 0.5 + Float($0) / 16 })
        return RangesFile(array: ranges.numPyFile(), description: Array("{\"passages\":120}\n".utf8))
    }

    static func create(_ precision: Precision, dimension: Int = 8, at path: FilePath) throws -> IndexStore {
        try IndexStore.create(
            at: path, identity: identity(precision, dimension: dimension),
            ranges: precision.needsRanges ? ranges(dimension: dimension) : nil,
            passages: ["budget": 254, "overlap": 40, "target": 220], time: time)
    }

    /// A document whose passages are its words in groups of four, each sharing two with the previous one.
    static func document(
        _ path: String, item: String? = nil, claim: String, text: String, title: String? = nil, metadata: String? = nil
    ) -> (ShardDocument, [ShardPassage]) {
        let bytes = Array(text.utf8)
        let key = (item ?? "") + path + text
        let document = ShardDocument(
            path: Array(path.utf8), item: item.map { Array($0.utf8) }, size: bytes.count,
            modified: 1_763_999_000_123_456_789, content: digest(text), key: digest(key), claim: claim, title: title,
            metadata: metadata)
        var starts: [Int] = []
        for (index, byte) in bytes.enumerated() where byte != 0x20 && (index == 0 || bytes[index - 1] == 0x20) {
            starts.append(index)
        }
        var passages: [ShardPassage] = []
        for first in stride(from: 0, to: max(starts.count - 2, 1), by: 2) {
            let end = first + 4 < starts.count ? starts[first + 4] : bytes.count
            let range = starts[first]..<end
            passages.append(
                ShardPassage(
                    byteRange: range, lineRange: first + 1...first + 2, tokenCount: min(4, starts.count - first),
                    isTruncated: first == 2, text: Array(bytes[range])))
        }
        return (document, passages)
    }

    /// Rows whose bytes follow from a seed.
    static func rows(_ count: Int, bytesPerRow: Int, seed: UInt64) -> [UInt8] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count * bytesPerRow).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }

    /// Adds a document with codes that follow from a seed.
    static func append(
        _ sample: (ShardDocument, [ShardPassage]), to builder: inout ShardBuilder, seed: UInt64
    ) throws {
        let (document, passages) = sample
        try builder.append(
            document, passages: passages,
            codes: rows(passages.count, bytesPerRow: builder.identity.bytesPerRow, seed: seed),
            signs: rows(passages.count, bytesPerRow: builder.identity.signBytesPerRow ?? 0, seed: seed + 1))
    }

    /// A shard of the given documents, written beside an index.
    static func shard(
        _ samples: [(ShardDocument, [ShardPassage])], number: UInt64, for store: IndexStore,
        options: ShardBuilder.Options = ShardBuilder.Options()
    ) throws -> ShardReceipt {
        var builder = ShardBuilder(identity: store.identity, options: options)
        for (index, sample) in samples.enumerated() {
            try append(sample, to: &builder, seed: number * 1000 + UInt64(index) * 10)
        }
        return try builder.write(
            into: store.directory, name: ShardName(milliseconds: 1_764_000_000_000 + number, random: UInt32(number)))
    }

    /// Three generations: empty, three documents, and a new version of one of them.
    static func write(_ precision: Precision, compressesCodes: Bool, to path: FilePath) throws {
        var store = try create(precision, at: path)
        let options = ShardBuilder.Options(compressesCodes: compressesCodes)
        let first = try shard(
            [
                document("notes/alpha.md", claim: "c1", text: "one two three four five six seven eight nine"),
                document(
                    "data/beta.jsonl", item: "b1", claim: "c2", text: "un deux trois quatre", title: "Nombres",
                    metadata: "{\"year\":1999}"),
                document("data/beta.jsonl", item: "b2", claim: "c2", text: "uno dos tres cuatro cinco"),
            ], number: 1, for: store, options: options)
        try store.commit(
            IndexChanges(shards: [first], clippedValues: 3, quantizedValues: 48), at: time.addingTimeInterval(60))
        let second = try shard(
            [document("notes/alpha.md", claim: "c3", text: "ten eleven twelve thirteen")], number: 2, for: store,
            options: options)
        try store.commit(
            IndexChanges(shards: [second], clippedValues: 1, quantizedValues: 8), at: time.addingTimeInterval(120))
    }
}
