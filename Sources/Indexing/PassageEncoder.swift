package import Encoding
package import Identity
import SystemPackage

/// The real model: tokenizer, passage cutter and the pool of encoder workers.
package final class PassageEncoder: PassageEncoding {
    package let identity: ModelIdentity
    package let passageRules: [String: Int]
    /// The pool; somebody has to run it.
    package let pool: EncoderPool
    private let passages: PassageCutter

    /// Loads the model that the options name.
    ///
    /// - Throws: `EncodingError` naming the file at fault.
    package init(_ options: IndexingOptions) throws(EncodingError) {
        let model = try SentenceModel(
            options.modelDirectory, compute: options.compute.compute,
            cache: options.hasWeightsCache ? .standard : nil)
        pool = try EncoderPool(model, workers: options.workers > 0 ? options.workers : nil)
        let budget = model.maximumLength - 2 - model.documentPrompt.count
        let target = min(options.targetTokens, budget)
        let limits = try PassageLimits(
            budget: budget, target: target, overlap: min(options.overlapTokens, (target - 1) / 2))
        let isCut = options.passageMode == .cut
        passages = PassageCutter(
            tokenizer: model.tokenizer, prompt: model.documentPrompt, limits: limits, mode: isCut ? .passages : .whole)
        identity = ModelIdentity(
            name: options.modelDirectory.lastComponent?.string ?? "model", dimension: model.dimension,
            weights: model.fingerprint(), encoder: model.encoderFingerprint, compute: model.compute.rawValue)
        passageRules =
            isCut
            ? ["budget": budget, "target": limits.target, "overlap": limits.overlap] : ["budget": budget, "whole": 1]
    }

    package func cutter() -> any PassageCutting { PassageStream(passages) }

    package func encode(_ sequences: [[Int32]], lane: Lane) async throws -> Embeddings {
        try await pool.encode(sequences, lane: lane)
    }
}
