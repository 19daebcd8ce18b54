package import Encoding
import Platform
import SystemPackage

/// The real model: tokenizer, passage cutter and the pool of encoder workers.
package final class SentenceTextModel: TextModel {
    package let identity: TextModelIdentity
    /// The pool; somebody has to run it.
    package let encoder: SentenceEncoder
    private let passages: PassageCutter

    /// Loads the model that the configuration names.
    ///
    /// - Throws: `EncodingError` naming the file at fault.
    package init(_ configuration: IngestConfiguration) throws(EncodingError) {
        let model = try SentenceModel(
            configuration.modelDirectory, compute: configuration.compute.compute,
            cache: configuration.hasWeightsCache ? .standard : nil)
        encoder = try SentenceEncoder(model, workers: configuration.workers > 0 ? configuration.workers : nil)
        let budget = model.maximumLength - 2
        let target = min(configuration.targetTokens, budget)
        let limits = try PassageLimits(
            budget: budget, target: target, overlap: min(configuration.overlapTokens, (target - 1) / 2))
        let isCut = configuration.passageMode == .cut
        passages = PassageCutter(tokenizer: model.tokenizer, limits: limits, mode: isCut ? .passages : .whole)
        identity = TextModelIdentity(
            name: configuration.modelDirectory.lastComponent?.string ?? "model", dimension: model.dimension,
            model: model.fingerprint(), encoder: model.encoderFingerprint, compute: model.compute.rawValue,
            passageRules: isCut
                ? ["budget": budget, "target": limits.target, "overlap": limits.overlap]
                : ["budget": budget, "whole": 1])
    }

    package func cutter() -> any PassageCutting { PassageStream(passages) }

    package func encode(_ sequences: [[Int32]]) async throws -> Embeddings {
        try await encoder.encode(sequences, lane: .bulk)
    }
}
