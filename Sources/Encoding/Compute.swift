import CKernels

/// The arithmetic of the matrix products; sums, softmax, layer norm and pooling are float32 in every one.
package enum Compute: String, Sendable, CaseIterable {
    /// The same vectors as sentence-transformers, to 1e-5.
    case float32
    /// Products of bfloat16: cosine above 0.9999 to float32's vectors, at twice the speed where the processor has it.
    case bfloat16

    /// `bfloat16` where the processor multiplies it in hardware, else `float32`.
    package static var automatic: Compute { vectorspool_has_bfloat16() != 0 ? .bfloat16 : .float32 }

    /// What a user may write: a compute, or `auto`; nil for any other word.
    package init?(word: String) {
        if word == "auto" { self = .automatic } else { self.init(rawValue: word) }
    }
}
