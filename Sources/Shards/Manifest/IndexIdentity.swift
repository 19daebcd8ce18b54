package import Identity
package import Platform
package import Quantization
package import SystemPackage

/// The properties that all rows of an index share, which make their scores comparable.
///
/// Rows of two identities are never mixed: vectors of another model, or codes of other ranges, have another meaning.
package struct IndexIdentity: Sendable, Hashable {
    /// The model that makes the vectors; its name is not compared.
    package var model: ModelIdentity
    /// What is stored of a vector.
    package var precision: Precision
    /// SHA-256 of `ranges.npy`; nil when the index has none.
    package var ranges: SHA256Digest?
    /// The name of the analyzer that made the terms; nil when no row has terms.
    package var analyzer: String?

    package init(model: ModelIdentity, precision: Precision, ranges: SHA256Digest?, analyzer: String? = nil) {
        self.model = model
        self.precision = precision
        self.ranges = ranges
        self.analyzer = analyzer
    }

    /// Whether an index of this identity may go on with the other one: it is the same, or has no analyzer yet.
    func precedes(_ later: IndexIdentity) -> Bool {
        var known = self
        known.analyzer = analyzer ?? later.analyzer
        return known == later
    }

    /// What rows of the two cannot be mixed for, in words; empty when they can.
    package func differences(from other: IndexIdentity) -> [String] {
        func isCoarse(_ identity: IndexIdentity) -> Bool { IndexExpectation.isCoarse(identity.model.compute) }
        var found: [String] = []
        if model.weights != other.model.weights {
            found.append("the model (\(model.name) and \(other.model.name))")
        } else if model.encoder != other.model.encoder {
            found.append("the tokenizer or the pooling of the model")
        }
        if dimension != other.dimension { found.append("the dimensions (\(dimension) and \(other.dimension))") }
        if precision != other.precision {
            found.append("the precision (\(precision.rawValue) and \(other.precision.rawValue))")
        }
        if ranges != other.ranges { found.append("the ranges") }
        if isCoarse(self) != isCoarse(other) {
            found.append("the arithmetic (\(model.compute) and \(other.model.compute))")
        }
        if let analyzer, let second = other.analyzer, analyzer != second {
            found.append("the analyzer of words (\(analyzer) and \(second))")
        }
        return found
    }

    /// Dimensions of an embedding.
    package var dimension: Int { model.dimension }

    /// Bytes of one row of codes.
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
    /// The arithmetic that makes the vectors; only int8 is told from the others, see `ModelIdentity.compute`.
    package var compute: String?
    /// The analyzer that makes the terms; an index without terms has none, and any analyzer suits it.
    package var analyzer: String?

    package init(
        dimension: Int? = nil, precision: Precision? = nil, model: SHA256Digest? = nil, encoder: SHA256Digest? = nil,
        ranges: SHA256Digest? = nil, compute: String? = nil, analyzer: String? = nil
    ) {
        self.dimension = dimension
        self.precision = precision
        self.model = model
        self.encoder = encoder
        self.ranges = ranges
        self.compute = compute
        self.analyzer = analyzer
    }

    /// Expects everything that `identity` states.
    package init(_ identity: IndexIdentity) {
        self.init(
            dimension: identity.dimension, precision: identity.precision, model: identity.model.weights,
            encoder: identity.model.encoder, ranges: identity.ranges, compute: identity.model.compute,
            analyzer: identity.analyzer)
    }

    /// Refuses an index with other properties.
    ///
    /// `path` is the index directory or the file with this identity. Throws `ShardsError` of code `.mismatch`, naming
    /// both values and what to do.
    package func check(_ identity: IndexIdentity, of path: FilePath) throws(ShardsError) {
        if let model, model != identity.model.weights {
            throw Self.mismatch(
                path, found: "made with the model \(identity.model.name) of fingerprint \(identity.model.weights)",
                expected: "\(model) is in use",
                advice: "Name the model it was made with, or \(Self.newIndex)")
        }
        if let encoder, encoder != identity.model.encoder {
            throw Self.mismatch(
                path, found: "made with a tokenizer and pooling configuration of fingerprint \(identity.model.encoder)",
                expected: "\(encoder) is in use",
                advice: "Restore the model's configuration files, or \(Self.newIndex)")
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
                advice: "Set precision: \(identity.precision.rawValue), or \(Self.newIndex)")
        }
        if let compute, Self.isCoarse(compute) != Self.isCoarse(identity.model.compute) {
            throw Self.mismatch(
                path, found: "made with compute \(identity.model.compute)", expected: "\(compute) is in use",
                advice: "Set compute: \(identity.model.compute), or \(Self.newIndex)")
        }
        if let analyzer, let other = identity.analyzer, analyzer != other {
            throw Self.mismatch(
                path, found: "made with the analyzer \(other)", expected: "\(analyzer) is in use",
                advice: "Set index.language to the language that it names, or \(Self.newIndex)")
        }
        if let ranges, ranges != identity.ranges {
            throw Self.mismatch(
                path, found: "made with ranges of fingerprint \(identity.ranges.map(\.hexadecimal) ?? "none")",
                expected: "\(ranges) is in use",
                advice: "An index never changes its ranges: use the ranges.npy in its directory, or \(Self.newIndex)")
        }
    }

    /// What an index of other properties takes, which begins without documents.
    private static let newIndex =
        "make a new index in another directory and move what lies in the spool's done/ back into its inbox (README.md: Make "
        + "the index anew)"

    fileprivate static func isCoarse(_ compute: String) -> Bool { compute == "int8" }

    private static func mismatch(
        _ path: FilePath, found: String, expected: String, advice: String
    ) -> ShardsError {
        ShardsError(.mismatch, path: path, "the index was \(found), but \(expected). \(advice)")
    }
}
