import Platform
package import SystemPackage

/// A loaded model with running workers: all that a command needs to turn text into vectors.
package struct RunningModel: Sendable {
    /// The running pool.
    package let pool: EncoderPool

    /// The model itself.
    package var model: SentenceModel { pool.model }
    /// Floats in a vector.
    package var dimension: Int { model.dimension }

    /// The ids of a text behind a prompt, as many as the model takes.
    package func sequence(_ text: [UInt8], prompt: String) -> TokenSequence {
        model.tokenizer.sequence(Array(prompt.utf8) + text, maximumLength: model.maximumLength)
    }

    /// A cutter that makes passages of the size that the daemon makes.
    package func passageCutter() throws(EncodingError) -> PassageCutter {
        PassageCutter(
            tokenizer: model.tokenizer, prompt: model.documentPrompt,
            limits: try PassageLimits(maximumLength: model.maximumLength - model.documentPrompt.count))
    }

    /// Loads a model folder and runs its workers while `body` runs.
    ///
    /// Everything that `body` does besides waiting for vectors runs on our own thread, because it reads files. `cache`
    /// is for prepared weights, see `SentenceModel`. Throws `EncodingError` naming the faulty file of the folder, and
    /// the errors of `body`.
    package static func with<Result: Sendable>(
        _ folder: FilePath, compute: Compute, cache: WeightsCache? = nil,
        _ body: (RunningModel) async throws -> Result
    ) async throws -> Result {
        let model = try SentenceModel(folder, compute: compute, cache: cache)
        let threads = ThreadPool(name: "text", threads: 1)
        defer { threads.stop() }
        return try await EncoderPool.with(model) { pool in
            try await withTaskExecutorPreference(threads) {
                try await body(RunningModel(pool: pool))
            }
        }
    }
}
