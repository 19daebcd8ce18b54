import FoundationEssentials
import Platform
package import SystemPackage

/// A folder in the layout of sentence-transformers, which lists a model's modules and their files.
///
/// It reads both generations of the layout: the legacy one (`pooling_mode_mean_tokens: true`) and that of versions 5
/// and 6 (`pooling_mode: "mean"`). It refuses unimplemented features by name and never ignores them, because a silently
/// different vector is worse than none.
package struct ModelFolder: Sendable {
    /// The folder itself.
    package let path: FilePath
    package let configuration: ModelConfiguration
    package let prompts: ModelPrompts

    /// The file of the weights.
    package var weights: FilePath { transformer.appending("model.safetensors") }
    /// The folder of the transformer module, which also contains the tokenizer.
    package let transformer: FilePath

    /// Reads the folder's configuration files.
    ///
    /// - Throws: `EncodingError` naming the faulty file and any unimplemented feature.
    package init(_ path: FilePath) throws(EncodingError) {
        self.path = path
        guard try Self.isFolder(path) else {
            throw EncodingError(
                .missingFile, path: path.string,
                "there is no model folder here; name a sentence-transformers folder, or leave --model and model.directory out for "
                    + "the model that is installed with the programs")
        }
        let reader = Reader(folder: path)
        let modules = try Self.modules(reader)
        transformer = modules.transformer
        configuration = try Self.configuration(modules, reader)
        prompts = try Self.prompts(modules, reader)
    }

    private static func isFolder(_ path: FilePath) throws(EncodingError) -> Bool {
        do throws(PlatformError) {
            return try FileStatus.followingLinks(path).kind == .directory
        } catch {
            if error.isAbsence { return false }
            throw EncodingError(reading: path.string, error, advice: "make it readable, or choose another with --model")
        }
    }

    // MARK: - Modules

    private struct Modules {
        var transformer: FilePath
        var pooling: FilePath?
        var isNormalized = false
    }

    private struct ModuleEntry: Decodable {
        let path: String
        let type: String
    }

    private static func modules(_ reader: Reader) throws(EncodingError) -> Modules {
        let file = reader.folder.appending("modules.json")
        let entries: [ModuleEntry] = try reader.decode(file)
        guard let first = entries.first, name(first) == "Transformer" else {
            throw EncodingError(
                .unsupported, path: file.string,
                "the first module is \(entries.first?.type ?? "missing"); only Transformer is implemented there")
        }
        var modules = Modules(transformer: try reader.child(first.path))
        for entry in entries.dropFirst() {
            switch name(entry) {
            case "Pooling" where modules.pooling == nil && !modules.isNormalized:
                modules.pooling = try reader.child(entry.path)
            case "Normalize" where modules.pooling != nil && !modules.isNormalized: modules.isNormalized = true
            default:
                throw EncodingError(
                    .unsupported, path: file.string,
                    "the module \(entry.type) is not implemented in this position; Transformer, Pooling, Normalize are")
            }
        }
        return modules
    }

    // Both families of type names end in the same word: sentence_transformers.models.Pooling and
    // sentence_transformers.sentence_transformer.modules.pooling.Pooling.
    private static func name(_ entry: ModuleEntry) -> String {
        entry.type.split(separator: ".").last.map(String.init) ?? entry.type
    }

    // MARK: - Configurations

    private static func configuration(
        _ modules: Modules, _ reader: Reader
    ) throws(EncodingError) -> ModelConfiguration {
        let file = modules.transformer.appending("config.json")
        let bert: BertFile = try reader.decode(file)
        try bert.check(file.string)
        var length = bert.max_position_embeddings
        let sentence: SentenceFile? = try reader.decodeIfPresent(
            modules.transformer.appending("sentence_bert_config.json"))
        if let maximum = sentence?.max_seq_length {
            guard maximum >= 3, maximum <= length else {
                throw EncodingError(
                    .malformed, path: modules.transformer.appending("sentence_bert_config.json").string,
                    "max_seq_length is \(maximum); it must be between 3 and the \(length) positions of config.json")
            }
            length = maximum
        } else if let tokenizer: TokenizerFile = try reader.decodeIfPresent(
            modules.transformer.appending("tokenizer_config.json")), let maximum = tokenizer.model_max_length
        {
            length = Int(min(Double(length), max(maximum, 3)))
        }
        var pooling = Pooling.mean
        if let folder = modules.pooling {
            let file = folder.appending("config.json")
            let configuration: PoolingFile = try reader.decode(file)
            pooling = try configuration.pooling(file.string, width: bert.hidden_size)
        }
        return ModelConfiguration(
            layers: bert.num_hidden_layers, width: bert.hidden_size, heads: bert.num_attention_heads,
            innerWidth: bert.intermediate_size, vocabulary: bert.vocab_size, positions: bert.max_position_embeddings,
            tokenTypes: bert.type_vocab_size ?? 2, epsilon: Float(bert.layer_norm_eps ?? 1e-12), maximumLength: length,
            pooling: pooling, isNormalized: modules.isNormalized)
    }

    private static func prompts(_ modules: Modules, _ reader: Reader) throws(EncodingError) -> ModelPrompts {
        let path = reader.folder.appending("config_sentence_transformers.json")
        let file: PromptsFile? = try reader.decodeIfPresent(path)
        guard let prompts = try file?.read(path.string), !prompts.isEmpty else { return ModelPrompts() }
        if let folder = modules.pooling {
            let pooling: PoolingFile = try reader.decode(folder.appending("config.json"))
            guard pooling.include_prompt != false else {
                throw EncodingError(
                    .unsupported, path: folder.appending("config.json").string,
                    "include_prompt is false: pooling without the prompt is not implemented")
            }
        }
        return prompts
    }

    /// `sentence_bert_config.json`.
    private struct SentenceFile: Decodable {
        let max_seq_length: Int?
    }

    /// `tokenizer_config.json`, where a float as the length means "no limit".
    private struct TokenizerFile: Decodable {
        let model_max_length: Double?
    }

    // MARK: - Files

    /// Reads the small files and names a faulty one in its errors.
    private struct Reader {
        let folder: FilePath

        /// A module's folder; refuses paths that lead out of the model folder.
        func child(_ relative: String) throws(EncodingError) -> FilePath {
            if relative.isEmpty || relative == "." { return folder }
            guard let child = folder.lexicallyResolving(FilePath(relative)) else {
                throw EncodingError(
                    .malformed, path: folder.appending("modules.json").string,
                    "the module path \(relative) leads out of the model folder")
            }
            return child
        }

        func decode<Value: Decodable>(_ file: FilePath) throws(EncodingError) -> Value {
            let bytes: [UInt8]
            do throws(PlatformError) {
                bytes = try FileContents.read(file, limit: 16 << 20)
            } catch {
                throw EncodingError(
                    reading: file.string, error,
                    advice: "a sentence-transformers folder needs this file; fetch the model again")
            }
            do {
                return try JSONDecoder().decode(Value.self, from: Data(bytes))
            } catch {
                throw EncodingError(.malformed, path: file.string, "\(Self.reason(error)); fetch the model again")
            }
        }

        func decodeIfPresent<Value: Decodable>(_ file: FilePath) throws(EncodingError) -> Value? {
            do throws(PlatformError) {
                _ = try FileStatus.followingLinks(file)
            } catch {
                if error.isAbsence { return nil }
                throw EncodingError(reading: file.string, error, advice: "make it readable")
            }
            return try decode(file)
        }

        private static func reason(_ error: any Error) -> String {
            guard let error = error as? DecodingError else { return "it is not valid JSON" }
            switch error {
            case .keyNotFound(let key, _): return "the key \(key.stringValue) is missing"
            case .typeMismatch(_, let context), .valueNotFound(_, let context):
                return "the value of \(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type"
            default: return "it is not valid JSON"
            }
        }
    }
}
