package import Platform
package import SystemPackage

/// A loaded sentence encoder: configuration, tokenizer, packed weights and their identity.
package final class SentenceModel: Sendable {
    package let folder: ModelFolder
    package let compute: Compute
    package let tokenizer: any Tokenizer
    let weights: PackedWeights
    private let file: SafeTensors
    /// The weights' SHA-256, if it was available without hashing.
    private let recordedFingerprint: SHA256Digest?

    /// Loads a sentence-transformers folder.
    ///
    /// `cache` supplies the weights that an earlier start prepared and keeps them for the next one; without it they are
    /// packed at every start. Throws `EncodingError` naming the faulty file and what to do; of code `.unavailable` for
    /// a compute that the machine does not support.
    package init(
        _ path: FilePath, compute: Compute = .automatic, cache: WeightsCache? = nil
    ) throws(EncodingError) {
        guard compute.isSupported else {
            throw EncodingError(
                .unavailable,
                "this machine cannot compute \(compute.rawValue): oneDNN needs \(compute == .int8 ? "VNNI" : "AVX-512") for it "
                    + "(ONEDNN_MAX_CPU_ISA may disable it); use float32 or auto")
        }
        let folder = try ModelFolder(path)
        self.folder = folder
        self.compute = compute
        // Each takes some milliseconds of a start that people wait for.
        let (tokenizerResult, weightsResult) = SideBySide.run(name: "tokenizer") {
            Result { () throws(EncodingError) in try Tokenizers.read(folder.transformer) }
        } here: {
            Result { () throws(EncodingError) in try LoadedWeights(folder, compute: compute, cache: cache) }
        }
        tokenizer = try tokenizerResult.get()
        guard Int(tokenizer.greatestID) < folder.configuration.vocabulary else {
            throw EncodingError(
                .malformed, path: folder.transformer.string,
                "the tokenizer has ids up to \(tokenizer.greatestID), the model only "
                    + "\(folder.configuration.vocabulary) word vectors; fetch the model again")
        }
        documentPrompt = try Self.documentPrompt(folder, tokenizer)
        let loaded = try weightsResult.get()
        (file, recordedFingerprint, weights) = (loaded.file, loaded.fingerprint, loaded.packed)
    }

    /// Tokenizes the prompt of documents, which must end where a word ends: passages are cut from texts that were tokenized without
    /// it.
    private static func documentPrompt(
        _ folder: ModelFolder, _ tokenizer: any Tokenizer
    ) throws(EncodingError) -> [Int32] {
        let prompt = folder.prompts.document
        guard !prompt.isEmpty else { return [] }
        let ids = tokenizer.tokenize(Array(prompt.utf8)).ids
        let longer = tokenizer.tokenize(Array((prompt + "a").utf8))
        guard longer.ids.starts(with: ids), longer.count > ids.count, longer.wordStarts[ids.count] else {
            throw EncodingError(
                .unsupported, path: folder.path.appending("config_sentence_transformers.json").string,
                "the prompt of documents ends within a word, which is not implemented; let it end with a space")
        }
        return Array(ids)
    }

    private struct LoadedWeights {
        let file: SafeTensors
        let fingerprint: SHA256Digest?
        let packed: PackedWeights

        init(_ folder: ModelFolder, compute: Compute, cache: WeightsCache?) throws(EncodingError) {
            file = try SafeTensors(folder.weights)
            fingerprint = cache?.fingerprint(of: file)
            packed = try PackedWeights.load(
                file, configuration: folder.configuration, compute: compute, model: fingerprint, cache: cache)
        }
    }

    /// The number of floats in a sentence vector.
    package var dimension: Int { folder.configuration.width }

    /// The most ids of a sequence, `[CLS]` and `[SEP]` included.
    package var maximumLength: Int { folder.configuration.maximumLength }

    /// SHA-256 of `model.safetensors`, which identifies the model in an index.
    ///
    /// Without a cache, each call hashes the file in some ten milliseconds.
    package func fingerprint() -> SHA256Digest { recordedFingerprint ?? file.digest() }

    /// The ids of the prompt before every passage.
    package let documentPrompt: [Int32]

    /// SHA-256 of what determines the vectors besides the weights: tokenizer, length, pooling, prompts.
    ///
    /// It covers meanings, not files. So the same model from two sources, with its JSON written differently, is the
    /// same encoder.
    package var encoderFingerprint: SHA256Digest {
        let configuration = folder.configuration
        let facts = [
            "vectorspool encoder 1", "length \(configuration.maximumLength)",
            "pooling \(configuration.pooling.rawValue)", "normalized \(configuration.isNormalized)",
            "heads \(configuration.heads)", "epsilon \(configuration.epsilon)",
        ]
        return SHA256Digest(
            of: Array((facts + tokenizer.identity + folder.prompts.identity).joined(separator: "\n").utf8))
    }
}
