import Foundation
import Identity
import Inspection
import Platform
import Quantization
import Shards
import SystemPackage
import TestSupport
import Testing

@Suite("The numbers of an index")
struct IndexSummaryTests {
    private let scratch: ScratchDirectory
    private static let time = Date(timeIntervalSince1970: 1_764_000_000)

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func create(_ precision: Precision, ranges: RangesFile? = nil) throws -> IndexStore {
        let identity = IndexIdentity(
            model: ModelIdentity(
                name: "sample", dimension: 8, weights: SHA256Digest(of: [1]), encoder: SHA256Digest(of: [2]),
                compute: "float32"),
            precision: precision, ranges: nil)
        return try IndexStore.create(
            at: scratch.path.appending("index"), identity: identity, ranges: ranges, passages: [:], time: Self.time)
    }

    /// Commits a document of one passage.
    private func commit(_ path: String, _ text: String, number: UInt64, to store: inout IndexStore) throws {
        let digest = SHA256Digest(of: Array(path.utf8))
        var builder = ShardBuilder(identity: store.identity, options: ShardBuilder.Options())
        try builder.append(
            ShardDocument(
                path: Array(path.utf8), size: text.utf8.count, modified: 0, content: digest, key: digest, claim: path),
            passages: [
                ShardPassage(
                    byteRange: 0..<text.utf8.count, lineRange: 1...1, tokenCount: 2, isTruncated: false,
                    text: Array(text.utf8))
            ],
            codes: [UInt8](repeating: 0, count: store.identity.bytesPerRow), signs: [])
        let shard = try builder.write(into: store.directory, name: ShardName(milliseconds: number, random: 0))
        try store.commit(IndexChanges(shards: [shard]), at: Self.time)
    }

    @Test("add up")
    func numbers() throws {
        var store = try create(.float32)
        for number in 1...5 as ClosedRange<UInt64> {
            try commit("d\(number)", "text \(number)", number: number, to: &store)
        }
        try store.commit(IndexChanges(removals: [DocumentIdentifier(path: Array("d2".utf8))]), at: Self.time)
        let summary = IndexSummary(try Snapshot.open(store.directory.path))
        #expect(summary.rows == 4)
        #expect(summary.deadRows == 1)
        #expect(summary.documents == 4)
        #expect(summary.analyzer == nil && summary.rowsWithoutWords == 4)
        #expect(summary.bytes == 4 * 32)
        #expect(summary.float32Bytes == 4 * 32)
        #expect(summary.textBytes == 5 * 6)
        #expect(summary.created == "2025-11-24T16:00:00Z")
        #expect(summary.fileBytes == store.manifest.shards.reduce(0) { $0 + $1.bytes })
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(summary.json.utf8)) as? [String: Any])
        for key in [
            "precision", "dimension", "rows", "documents", "generation", "model", "bytes", "float32_bytes",
            "text_bytes", "words", "rows_without_words",
        ] {
            #expect(object[key] != nil, "\(key)")
        }
    }

    @Test("name the origin of the ranges")
    func origin() throws {
        let ranges = try Ranges(minima: Array(repeating: -1, count: 8), maxima: Array(repeating: 1, count: 8))
        let description = Array(#"{"origin":"here","passages":120}"#.utf8)
        let store = try create(.int8, ranges: RangesFile(array: ranges.numPyFile(), description: description))
        let summary = IndexSummary(try Snapshot.open(store.directory.path))
        #expect(summary.rangesOrigin == "here")
        #expect(summary.rangesPassages == 120)
    }
}
