import FoundationEssentials
import Identity
import Platform
package import Quantization
package import Shards
import Text

/// The numbers of an index for people and for `info --json`.
package struct IndexSummary: Sendable, Equatable {
    package let precision: Precision
    package let dimension: Int
    /// The number of live rows.
    package let rows: Int
    /// The number of superseded and deleted rows that still take space.
    package let deadRows: Int
    /// The number of live documents.
    package let documents: Int
    package let generation: Int
    package let shards: Int
    /// The fingerprint of the model's weights.
    package let model: String
    package let modelName: String
    package let encoder: String
    /// The fingerprint of the ranges; nil when there are none.
    package let ranges: String?
    /// The origin of the ranges in words; nil when there are none, or it is unknown.
    package let rangesOrigin: String?
    /// The number of passages that the ranges were made from.
    package let rangesPassages: Int?
    package let compute: String
    /// The size of the live rows' codes in bytes.
    package let bytes: Int
    /// The size that the live rows would have as float32, in bytes.
    package let float32Bytes: Int
    /// The size of the text before compression, in bytes.
    package let textBytes: Int
    /// The size of all shards in bytes.
    package let fileBytes: Int
    /// The rules by which words were stored; nil for an index without words.
    package let analyzer: String?
    /// The live rows whose words were not stored, and which are searched by meaning alone.
    package let rowsWithoutWords: Int
    /// The share of quantized values outside the ranges.
    package let clippedShare: Double
    /// The time of creation, ISO 8601, UTC.
    package let created: String
    /// When the generation was committed.
    package let committed: String

    package init(_ snapshot: Snapshot) {
        let manifest = snapshot.manifest
        let identity = manifest.identity
        precision = identity.precision
        dimension = identity.dimension
        rows = manifest.rows
        deadRows = snapshot.rowCount - manifest.rows
        documents = manifest.documents
        generation = manifest.generation
        shards = manifest.shards.count
        model = identity.model.weights.hexadecimal
        modelName = identity.model.name
        encoder = identity.model.encoder.hexadecimal
        ranges = identity.ranges?.hexadecimal
        let origin = identity.ranges == nil ? nil : RangesOrigin.ofIndex(snapshot.directory)
        rangesOrigin = origin?.origin
        rangesPassages = origin?.passages
        compute = identity.model.compute
        bytes = manifest.rows * identity.bytesPerRow
        float32Bytes = manifest.rows * Precision.float32.bytesPerRow(dimension: identity.dimension)
        textBytes = snapshot.shards.reduce(0) { $0 + $1.reader.textByteCount }
        fileBytes = manifest.shards.reduce(0) { $0 + $1.bytes }
        analyzer = identity.analyzer
        rowsWithoutWords = snapshot.shards.reduce(0) { $0 + ($1.reader.terms == nil ? $1.listed.liveRows : 0) }
        clippedShare = manifest.clippedShare
        created = manifest.created.formatted(.iso8601)
        committed = manifest.committed.formatted(.iso8601)
    }

    /// Whether the ranges fit badly enough for a warning, with more than 1 % of the values clipped.
    package var isClippedNotably: Bool { clippedShare > 0.01 }

    /// One JSON object, with its keys in order of interest.
    package var json: String {
        var object = JSONObject()
        object.add("precision", precision.rawValue)
        object.add("dimension", dimension)
        object.add("rows", rows)
        object.add("documents", documents)
        object.add("generation", generation)
        object.add("model", model)
        object.add("ranges", ranges)
        object.add("bytes", bytes)
        object.add("float32_bytes", float32Bytes)
        object.add("text_bytes", textBytes)
        object.add("file_bytes", fileBytes)
        object.add("shards", shards)
        object.add("dead_rows", deadRows)
        object.add("model_name", modelName)
        object.add("encoder", encoder)
        object.add("compute", compute)
        object.add("ranges_origin", rangesOrigin)
        object.add("ranges_passages", rawJSON: rangesPassages.map { "\($0)" } ?? "null")
        object.add("clipped_share", clippedShare)
        object.add("words", analyzer)
        object.add("rows_without_words", rowsWithoutWords)
        object.add("created", created)
        object.add("committed", committed)
        return object.text
    }
}
