import ArgumentParser
import Documents
import Foundation
import Identity
import Indexing
import Lexicon
import NumPy
import Platform
import Quantization
import Shards
import SystemPackage

/// Makes an index of rows that were computed elsewhere.
struct ForgeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forge", abstract: "Make an index of a NumPy file of embeddings, with a line of text for each row."
    )

    @Option(help: "The index to make.", transform: { FilePath($0) }) var index: FilePath
    @Option(help: "The embeddings, float32.", transform: { FilePath($0) }) var embeddings: FilePath
    @Option(help: "The texts, a line for each row.", transform: { FilePath($0) }) var texts: FilePath
    @Option(help: "The ranges.", transform: { FilePath($0) }) var ranges: FilePath
    @Option(help: "The model that the index is for.", transform: { FilePath($0) }) var model: FilePath
    @Option(help: "The rows of a document.") var rowsOfDocument = 10
    @Option(help: "The rows of a shard.") var rowsOfShard = 250_000
    @Flag(help: "Leave the terms out.") var noTerms = false
    @Option(help: "Delete every document whose number is divisible by this one; 0 deletes none.") var deadEvery = 0

    func run() async throws {
        let file = try MappedFile(embeddings)
        let matrix = try NumPyMatrix(file: file.bytes)
        let ranges = try Ranges.read(ranges, dimension: matrix.columnCount)
        let array = try FileContents.read(self.ranges)
        let identity = IndexIdentity(
            model: try PassageEncoder(IndexingOptions(index: index, model: model)).identity, precision: .int8,
            ranges: nil,
            analyzer: noTerms ? nil : Analyzer().name)
        var store = try IndexStore.create(
            at: index, identity: identity, ranges: RangesFile(array: array, description: Array("{}".utf8)),
            passages: [:],
            time: Date(timeIntervalSince1970: 0))
        var texts = try LineReader(OwnedDescriptor.openForReading(self.texts))
        var shards: [ShardReceipt] = []
        for first in stride(from: 0, to: matrix.rowCount, by: rowsOfShard) {
            let rows = first..<min(first + rowsOfShard, matrix.rowCount)
            var builder = ShardBuilder(
                identity: store.identity,
                options: ShardBuilder.Options(analyzer: noTerms ? nil : Analyzer(), hasColumns: true))
            var forge = try DocumentForge(matrix: matrix, ranges: ranges)
            for start in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsOfDocument) {
                let part = start..<min(start + rowsOfDocument, rows.upperBound)
                try forge.append(part, of: file.bytes, &texts, to: &builder)
            }
            let name = ShardName(milliseconds: UInt64(first + 1), random: 0)
            shards.append(try builder.write(into: store.directory, name: name))
        }
        try store.commit(IndexChanges(shards: shards), at: Date(timeIntervalSince1970: 0))
        if deadEvery > 0 {
            let dead = stride(from: 0, to: matrix.rowCount / rowsOfDocument, by: deadEvery).map {
                DocumentForge.identifier(ofRow: $0 * rowsOfDocument)
            }
            try store.commit(IndexChanges(removals: dead), at: Date(timeIntervalSince1970: 0))
        }
        print("\(matrix.rowCount) rows in \(shards.count) shards")
    }
}
