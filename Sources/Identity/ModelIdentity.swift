package import Platform

/// What distinguishes one way of making vectors from another.
package struct ModelIdentity: Sendable, Equatable {
    /// The name that people use for the model.
    package let name: String
    package let dimension: Int
    /// SHA-256 of the weights.
    package let model: SHA256Digest
    /// SHA-256 of the tokenizer and pooling configuration.
    package let encoder: SHA256Digest
    /// The arithmetic, for the record.
    package let compute: String
    /// The rules for cutting documents, each a name and a number.
    package let passageRules: [String: Int]

    package init(
        name: String, dimension: Int, model: SHA256Digest, encoder: SHA256Digest, compute: String,
        passageRules: [String: Int]
    ) {
        self.name = name
        self.dimension = dimension
        self.model = model
        self.encoder = encoder
        self.compute = compute
        self.passageRules = passageRules
    }

    /// SHA-256 of everything that determines the rows of a document; part of every document's key.
    ///
    /// The arithmetic is excluded: vectors of bfloat16 and float32 agree to 0.9999, so a change of machine does not
    /// encode documents again.
    package var pipeline: SHA256Digest {
        let rules = passageRules.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let parts = ["vectorspool pipeline 1", model.hexadecimal, encoder.hexadecimal] + rules
        return SHA256Digest(of: Array(parts.joined(separator: "\n").utf8))
    }
}
