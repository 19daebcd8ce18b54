package import Platform

/// What tells one way of making vectors from another: the model in use, and the one that an index was made with.
package struct ModelIdentity: Sendable, Hashable {
    /// What people call the model; empty where only fingerprints are written down.
    package var name: String
    /// Floats in a vector.
    package var dimension: Int
    /// SHA-256 of the weights.
    package var weights: SHA256Digest
    /// SHA-256 over the configuration of tokenizer and pooling.
    package var encoder: SHA256Digest
    /// The arithmetic that makes the vectors: `float32`, `bfloat16` or `int8`.
    ///
    /// The first two make the same vectors for all that searching can tell, so that an index may go on on a processor without
    /// bfloat16. Those of int8 are close to them, but other ones, and no index holds both.
    package var compute: String

    /// SHA-256 of the weights of the default model, all-MiniLM-L6-v2, from any source.
    package static let defaultWeights = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"

    /// Whether it is the default model.
    package var isDefault: Bool { weights.hexadecimal == Self.defaultWeights }

    package init(name: String, dimension: Int, weights: SHA256Digest, encoder: SHA256Digest, compute: String) {
        self.name = name
        self.dimension = dimension
        self.weights = weights
        self.encoder = encoder
        self.compute = compute
    }

    /// SHA-256 of everything that determines the rows of a document; part of every document's key.
    ///
    /// The arithmetic is not: vectors of bfloat16 and float32 agree to 0.9999, so a change of machine encodes nothing anew.
    ///
    /// - Parameter passageRules: how documents are cut, name to number.
    /// - Returns: the digest.
    package func pipeline(_ passageRules: [String: Int]) -> SHA256Digest {
        let rules = passageRules.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let parts = ["vectorspool pipeline 1", weights.hexadecimal, encoder.hexadecimal] + rules
        return SHA256Digest(of: Array(parts.joined(separator: "\n").utf8))
    }
}
