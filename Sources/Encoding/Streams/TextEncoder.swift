import Platform
package import SystemPackage

/// A loaded model with its tokenizer and running workers: all that a command needs to turn text into vectors.
package struct TextEncoder: Sendable {
    /// The running pool.
    package let encoder: SentenceEncoder
    /// The tokenizer of the same folder.
    package let tokenizer: WordPieceTokenizer

    /// Floats in a vector.
    package var dimension: Int { encoder.model.dimension }
    /// Ids that the model takes of one text.
    package var maximumLength: Int { encoder.model.folder.configuration.maximumLength }

    /// A cutter that makes passages of the size that the daemon makes.
    package func passageCutter() throws(EncodingError) -> PassageCutter {
        PassageCutter(tokenizer: tokenizer, limits: try PassageLimits(maximumLength: maximumLength))
    }

    /// Loads a model folder and runs its workers for as long as `body` runs.
    ///
    /// What `body` does beside waiting for vectors runs on a thread of our own, because it reads files.
    /// - Throws: `EncodingError` naming the file of the folder at fault, and what `body` throws.
    package static func with<Result: Sendable>(
        _ folder: FilePath, compute: Compute, _ body: (TextEncoder) async throws -> Result
    ) async throws -> Result {
        let model = try SentenceModel(folder, compute: compute)
        let tokenizer = try WordPieceTokenizer(folder: model.folder.transformer)
        guard Int(tokenizer.vocabulary.greatestID) < model.folder.configuration.vocabulary else {
            throw EncodingError(
                .malformed, path: model.folder.transformer.string,
                "the tokenizer has ids up to \(tokenizer.vocabulary.greatestID), the model only"
                    + " \(model.folder.configuration.vocabulary) embeddings; fetch the model again")
        }
        let threads = ThreadPool(name: "text", threads: 1)
        defer { threads.stop() }
        return try await SentenceEncoder.with(model) { encoder in
            try await withTaskExecutorPreference(threads) {
                try await body(TextEncoder(encoder: encoder, tokenizer: tokenizer))
            }
        }
    }
}
