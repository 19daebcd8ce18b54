import Encoding
import Platform
import SystemPackage

/// The real model: tokenizer, passage cutter and the pool of encoder workers.
package final class SentenceTextModel: TextModel {
    package let identity: TextModelIdentity
    package let encoder: SentenceEncoder
    private let cutter: PassageCutter

    /// Loads the model that the configuration names.
    ///
    /// - Throws: `EncodingError` naming the file at fault.
    package init(_ configuration: IngestConfiguration) throws(EncodingError) {
        let model = try SentenceModel(configuration.modelDirectory, compute: configuration.compute)
        let workers = configuration.workers
        encoder = try SentenceEncoder(model, workers: workers > 0 ? workers : nil)
        fatalError()
    }

    package func passages(of text: [UInt8]) throws(EncodingError) -> [Passage] {
        fatalError()
    }

    package func encode(_ sequences: [[Int32]]) async throws -> Embeddings {
        try await encoder.encode(sequences, lane: .bulk)
    }
}
