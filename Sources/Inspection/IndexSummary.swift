import FoundationEssentials
import Identity
import Platform
package import Quantization
package import Shards

/// The numbers of an index for people and for `info --json`.
package struct IndexSummary: Sendable, Equatable, Codable {
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
    /// The share of quantized values outside the ranges.
    package let clippedShare: Double
    /// The time of creation, ISO 8601, UTC.
    package let created: String
    /// When the generation was committed.
    package let committed: String

    enum CodingKeys: String, CodingKey {
        case precision, dimension, rows
        case deadRows = "dead_rows"
        case documents, generation, shards, model
        case modelName = "model_name"
        case encoder, ranges
        case rangesOrigin = "ranges_origin"
        case rangesPassages = "ranges_passages"
        case compute, bytes
        case float32Bytes = "float32_bytes"
        case textBytes = "text_bytes"
        case fileBytes = "file_bytes"
        case clippedShare = "clipped_share"
        case created, committed
    }

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
        clippedShare = manifest.clippedShare
        created = manifest.created.formatted(.iso8601)
        committed = manifest.committed.formatted(.iso8601)
    }

    /// Whether the ranges fit badly enough for a warning, with more than 1 % of the values clipped.
    package var isClippedNotably: Bool { clippedShare > 0.01 }
}
