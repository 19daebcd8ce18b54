package import Platform
package import SystemPackage

/// A loaded sentence encoder: configuration, packed weights and what identifies them.
package final class SentenceModel: Sendable {
    package let folder: ModelFolder
    package let compute: Compute
    let weights: PackedWeights
    private let file: SafeTensors

    /// Loads a sentence-transformers folder.
    ///
    /// - Throws: `EncodingError` naming the file at fault and what to do.
    package init(_ path: FilePath, compute: Compute = .automatic) throws(EncodingError) {
        folder = try ModelFolder(path)
        self.compute = compute
        file = try SafeTensors(folder.weights)
        weights = try PackedWeights(file, folder.configuration, compute)
    }

    /// Floats in a sentence vector.
    package var dimension: Int { folder.configuration.width }

    /// SHA-256 of `model.safetensors`: the model's name in an index. Hashing takes some ten milliseconds a call.
    package func fingerprint() -> SHA256Digest { file.digest() }
}
