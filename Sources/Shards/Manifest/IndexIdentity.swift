package import Platform
package import Quantization
package import SystemPackage

/// The properties that all rows of an index share, which make their scores comparable.
///
/// Rows of two identities are never mixed: vectors of another model, or codes of other ranges, have another meaning.
package struct IndexIdentity: Sendable, Hashable {
    /// The number of dimensions of an embedding.
    package var dimension: Int
    /// The stored form of an embedding.
    package var precision: Precision
    /// SHA-256 of the model's weights.
    package var model: SHA256Digest
    /// SHA-256 of the tokenizer and pooling configuration.
    package var encoder: SHA256Digest
    /// SHA-256 of `ranges.npy`; nil when the index has none.
    package var ranges: SHA256Digest?
    /// The arithmetic that makes the vectors: `float32`, `bfloat16` or `int8`.
    ///
    /// The first two make vectors that a search cannot distinguish, so an index stays usable on a processor without
    /// bfloat16. Vectors of int8 are close to them but different, so no index contains both.
    package var compute: String
    /// The name that people use for the model; not compared.
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

    /// The size of one row of codes in bytes.
    package var bytesPerRow: Int { precision.bytesPerRow(dimension: dimension) }

    /// The size of one row of the sign plane in bytes; nil for precisions without one.
    package var signBytesPerRow: Int? {
        precision.needsRanges ? Precision.ubinary.bytesPerRow(dimension: dimension) : nil
    }
}

/// The properties that a caller requires of an index; nil where it accepts any.
package struct IndexExpectation: Sendable, Equatable {
    package var dimension: Int?
    package var precision: Precision?
    package var model: SHA256Digest?
    package var encoder: SHA256Digest?
    package var ranges: SHA256Digest?
    /// The arithmetic that makes the vectors; only int8 differs from the others, see `IndexIdentity.compute`.
    package var compute: String?

    package init(
        dimension: Int? = nil, precision: Precision? = nil, model: SHA256Digest? = nil, encoder: SHA256Digest? = nil,
        ranges: SHA256Digest? = nil, compute: String? = nil
    ) {
        self.dimension = dimension
        self.precision = precision
        self.model = model
        self.encoder = encoder
        self.ranges = ranges
        self.compute = compute
    }

    /// Expects everything that `identity` states.
    package init(_ identity: IndexIdentity) {
        self.init(
            dimension: identity.dimension, precision: identity.precision, model: identity.model,
            encoder: identity.encoder, ranges: identity.ranges, compute: identity.compute)
    }

    /// Refuses an index with other properties.
    ///
    /// `path` is the index directory or the file with this identity. Throws `ShardsError` of code `.mismatch`, naming
    /// both values and what to do.
    package func check(_ identity: IndexIdentity, of path: FilePath) throws(ShardsError) {
        if let model, model != identity.model {
            throw Self.mismatch(
                path, found: "made with the model \(identity.modelName) of fingerprint \(identity.model)",
                expected: "\(model) is in use",
                advice: "Choose the model it was made with, or make a new index in another directory")
        }
        if let encoder, encoder != identity.encoder {
            throw Self.mismatch(
                path, found: "made with a tokenizer and pooling configuration of fingerprint \(identity.encoder)",
                expected: "\(encoder) is in use", advice: "Restore the model's configuration files, or make a new index"
            )
        }
        if let dimension, dimension != identity.dimension {
            throw Self.mismatch(
                path, found: "made for \(identity.dimension) dimensions", expected: "the model has \(dimension)",
                advice: "Choose the model it was made with")
        }
        if let precision, precision != identity.precision {
            throw Self.mismatch(
                path, found: "of precision \(identity.precision.rawValue)",
                expected: "\(precision.rawValue) was requested",
                advice: "Set precision: \(identity.precision.rawValue), or make a new index in another directory")
        }
        if let compute, Self.isCoarse(compute) != Self.isCoarse(identity.compute) {
            throw Self.mismatch(
                path, found: "made with compute \(identity.compute)", expected: "\(compute) is in use",
                advice: "Set compute: \(identity.compute), or make a new index in another directory")
        }
        if let ranges, ranges != identity.ranges {
            throw Self.mismatch(
                path, found: "made with ranges of fingerprint \(identity.ranges.map(\.hexadecimal) ?? "none")",
                expected: "\(ranges) is in use",
                advice: "An index never changes its ranges: use the ranges.npy in its directory, or make a new index")
        }
    }

    private static func isCoarse(_ compute: String) -> Bool { compute == "int8" }

    private static func mismatch(
        _ path: FilePath, found: String, expected: String, advice: String
    ) -> ShardsError {
        ShardsError(.mismatch, path: path, "the index was \(found), but \(expected). \(advice)")
    }
}
