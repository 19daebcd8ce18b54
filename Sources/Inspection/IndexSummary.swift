import FoundationEssentials
import Identity
import Platform
package import Quantization
package import Shards

/// The numbers of an index for people and for `info --json`.
package struct IndexSummary: Sendable, Equatable, Codable {
    package let precision: Precision
    package let dimension: Int
    /// Live rows.
    package let rows: Int
    /// Superseded and deleted rows that still take space.
    package let deadRows: Int
    /// Live documents.
    package let documents: Int
    package let generation: Int
    package let shards: Int
    /// Fingerprint of the model's weights.
    package let model: String
    package let modelName: String
    package let encoder: String
    /// Fingerprint of the ranges; nil when there are none.
    package let ranges: String?
    /// Where the ranges come from, in words; nil when there are none, or it is not said.
    package let rangesOrigin: String?
    /// From how many passages the ranges were made.
    package let rangesPassages: Int?
    package let compute: String
    /// Bytes of the live rows' codes.
    package let bytes: Int
    /// Bytes that the live rows would take as float32.
    package let float32Bytes: Int
    /// Bytes of the text before compression.
    package let textBytes: Int
    /// Bytes of all shards.
    package let fileBytes: Int
    /// Share of quantized values that fell outside the ranges.
    package let clippedShare: Double
    /// ISO 8601, UTC.
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

    /// Whether the ranges fit the text badly enough to say so: more than 1 % of the values were clipped.
    package var isClippedNotably: Bool { clippedShare > 0.01 }
}
