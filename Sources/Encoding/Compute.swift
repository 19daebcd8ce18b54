/// The arithmetic of the matrix products; sums, softmax, layer norm and pooling are float32 in every one.
package enum Compute: String, Sendable, CaseIterable {
    /// The same vectors as sentence-transformers, to 1e-5.
    case float32
    /// Products of bfloat16: cosine above 0.9999 to float32's vectors, at twice the speed where the processor has it.
    case bfloat16
    /// Products of bytes, activations coded token by token, but for the one after GELU: another index, close to float32's
    /// (mean cosine above 0.999), and faster than bfloat16; for those who ask for it by name.
    case int8

    /// `bfloat16` where it is multiplied in hardware, else `float32`.
    package static var automatic: Compute { ComputeChoice.automatic.compute }
}
