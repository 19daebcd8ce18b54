package import Platform
package import Quantization

/// What all rows of an index have in common, so that their scores can be compared.
///
/// Rows of two identities are never mixed: vectors of another model, or codes of other ranges, mean something else.
package struct IndexIdentity: Sendable, Hashable {
    /// Dimensions of an embedding.
    package var dimension: Int
    /// What is stored of it.
    package var precision: Precision
    /// SHA-256 of the model's weights.
    package var model: SHA256Digest
    /// SHA-256 over the tokenizer's and pooling's configuration.
    package var encoder: SHA256Digest
    /// SHA-256 of `ranges.npy`; nil when the index has none.
    package var ranges: SHA256Digest?
    /// The arithmetic that makes the vectors: `float32`, `bfloat16` or `int8`.
    ///
    /// The first two make the same vectors for all that searching can tell, so that an index may go on on a processor without
    /// bfloat16. Those of int8 are close to them, but other ones, and no index holds both.
    package var compute: String
    /// What people call the model; not compared.
    package var modelName: String

    package init(
        dimension: Int, precision: Precision, model: SHA256Digest, encoder: SHA256Digest, ranges: SHA256Digest?,
        compute: String, modelName: String
    ) {
        self.dimension = dimension
        self.precision = precision
        self.model = model
        self.encoder = encoder
        self.ranges = ranges
        self.compute = compute
        self.modelName = modelName
    }

    /// Bytes of one row of codes.
    package var bytesPerRow: Int { precision.bytesPerRow(dimension: dimension) }

    /// Bytes of one row of the sign plane; nil for precisions that have none.
    package var signBytesPerRow: Int? {
        precision.needsRanges ? Precision.ubinary.bytesPerRow(dimension: dimension) : nil
    }
}
