package import Identity
package import Platform
package import Quantization
package import SystemPackage

/// What all rows of an index have in common, so that their scores can be compared.
///
/// Rows of two identities are never mixed: vectors of another model, or codes of other ranges, mean something else.
package struct IndexIdentity: Sendable, Hashable {
    /// The model that makes the vectors; its name is not compared.
    package var model: ModelIdentity
    /// What is stored of a vector.
    package var precision: Precision
    /// SHA-256 of `ranges.npy`; nil when the index has none.
    package var ranges: SHA256Digest?

    package init(model: ModelIdentity, precision: Precision, ranges: SHA256Digest?) {
        self.model = model
        self.precision = precision
        self.ranges = ranges
    }

    /// Dimensions of an embedding.
    package var dimension: Int { model.dimension }

    /// Bytes of one row of codes.
    package var bytesPerRow: Int { precision.bytesPerRow(dimension: dimension) }

    /// Bytes of one row of the sign plane; nil for precisions that have none.
    package var signBytesPerRow: Int? {
        precision.needsRanges ? Precision.ubinary.bytesPerRow(dimension: dimension) : nil
    }
}

/// What a caller needs an index to be; nil where it takes the index as it is.
package struct IndexExpectation: Sendable, Equatable {
    package var dimension: Int?
    package var precision: Precision?
    package var model: SHA256Digest?
    package var encoder: SHA256Digest?
    package var ranges: SHA256Digest?
    /// The arithmetic that makes the vectors; only int8 is told from the others, see `ModelIdentity.compute`.
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

    /// Expects all that `identity` says.
    package init(_ identity: IndexIdentity) {
        self.init(
            dimension: identity.dimension, precision: identity.precision, model: identity.model.weights,
            encoder: identity.model.encoder, ranges: identity.ranges, compute: identity.model.compute)
    }

    /// Refuses an index that is something else.
    ///
    /// - Parameter path: the index directory, or the file, whose identity it is.
    /// - Throws: `ShardsError` of code `.mismatch`, naming both values and what to do.
    package func check(_ identity: IndexIdentity, of path: FilePath) throws(ShardsError) {
        if let model, model != identity.model.weights {
            throw Self.mismatch(
                path, "made with the model \(identity.model.name) of fingerprint \(identity.model.weights)",
                "\(model) is in use",
                "Name the model it was made with, or make a new index in another directory")
        }
        if let encoder, encoder != identity.model.encoder {
            throw Self.mismatch(
                path, "made with a tokenizer and pooling configuration of fingerprint \(identity.model.encoder)",
                "\(encoder) is in use", "Restore the model's configuration files, or make a new index")
        }
        if let dimension, dimension != identity.dimension {
            throw Self.mismatch(
                path, "made for \(identity.dimension) dimensions", "the model has \(dimension)",
                "Name the model it was made with")
        }
        if let precision, precision != identity.precision {
            throw Self.mismatch(
                path, "of precision \(identity.precision.rawValue)", "\(precision.rawValue) is asked for",
                "Set precision: \(identity.precision.rawValue), or make a new index in another directory")
        }
        if let compute, Self.isCoarse(compute) != Self.isCoarse(identity.model.compute) {
            throw Self.mismatch(
                path, "made with compute \(identity.model.compute)", "\(compute) is in use",
                "Set compute: \(identity.model.compute), or make a new index in another directory")
        }
        if let ranges, ranges != identity.ranges {
            throw Self.mismatch(
                path, "made with ranges of fingerprint \(identity.ranges.map(\.hexadecimal) ?? "none")",
                "\(ranges) is in use",
                "An index keeps its ranges for life: use the ranges.npy in its directory, or make a new index")
        }
    }

    private static func isCoarse(_ compute: String) -> Bool { compute == "int8" }

    private static func mismatch(
        _ path: FilePath, _ found: String, _ expected: String, _ advice: String
    ) -> ShardsError {
        ShardsError(.mismatch, path: path, "the index was \(found), but \(expected). \(advice)")
    }
}
