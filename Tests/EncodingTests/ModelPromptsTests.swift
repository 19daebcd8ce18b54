import Encoding
import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

/// The prompts of a model folder, and weights of other types than float32.
@Suite("Other models") struct ModelPromptsTests {
    private static func copy(_ files: [String: String]) throws -> FilePath {
        let folder = FilePath(NSTemporaryDirectory()).appending("model-\(UUID().uuidString)")
        try Directory.copyTree(ModelFixture.tiny("cls-48"), to: folder)
        for (name, text) in files {
            try AtomicFile.replaceVolatile(Array(text.utf8), at: folder.pushing(FilePath(name)))
        }
        return folder
    }

    private static func prompts(_ text: String) -> [String: String] { ["config_sentence_transformers.json": text] }

    @Test(
        "queries and documents have prompts by the names of sentence-transformers",
        arguments: [
            (#"{"__version__":{}}"#, "", "", ""), (#"{"prompts":{},"default_prompt_name":null}"#, "", "", ""),
            (#"{"prompts":{"query":"q: ","document":""},"default_prompt_name":null}"#, "q: ", "", ""),
            (#"{"prompts":{"query":"q: ","passage":"p: ","corpus":"c: "}}"#, "q: ", "p: ", ""),
            (#"{"prompts":{"any":"a: "},"default_prompt_name":"any"}"#, "a: ", "a: ", "a: "),
            (#"{"prompts":{"any":"a: ","query":"q: "},"default_prompt_name":"any"}"#, "q: ", "a: ", "a: "),
        ])
    func names(file: String, query: String, document: String, text: String) throws {
        let folder = try Self.copy(Self.prompts(file))
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let prompts = try ModelFolder(folder).prompts
        #expect((prompts.query, prompts.document, prompts.text) == (query, document, text))
    }

    @Test(
        "what cannot be done as the model wants it is refused",
        arguments: [
            (prompts(#"{"prompts":{"a":"b"},"default_prompt_name":"c"}"#), "default_prompt_name is c"),
            (prompts(#"{"prompts":{"document":"pass"}}"#), "ends within a word"),
            (
                prompts(#"{"prompts":{"query":"q: "}}"#).merging([
                    "1_Pooling/config.json": #"{"pooling_mode":"cls","include_prompt":false}"#
                ]) { $1 }, "include_prompt"
            ),
        ])
    func refused(files: [String: String], word: String) throws {
        let folder = try Self.copy(files)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let error = #expect(throws: EncodingError.self) { try SentenceModel(folder, compute: .float32) }
        #expect(error?.description.contains(word) == true, "\(String(describing: error))")
    }

    @Test("prompts are a part of the encoder's identity, and a model without keeps its own")
    func identity() throws {
        func fingerprint(_ text: String) throws -> SHA256Digest {
            let folder = try Self.copy(Self.prompts(text))
            defer { try? FileManager.default.removeItem(atPath: folder.string) }
            return try SentenceModel(folder, compute: .float32).encoderFingerprint
        }
        let plain = try SentenceModel(ModelFixture.tiny("cls-48"), compute: .float32).encoderFingerprint
        #expect(try fingerprint(#"{"prompts":{"query":"","document":""}}"#) == plain)
        let query = try fingerprint(#"{"prompts":{"query":"a "}}"#)
        let document = try fingerprint(#"{"prompts":{"document":"a "}}"#)
        #expect(Set([plain, query, document]).count == 3)
    }

    @Test("a passage is read behind the prompt of documents, and is as much shorter", arguments: [false, true])
    func documents(isWhole: Bool) throws {
        let tokenizer = try TokenizerFixture.tokenizer()
        let prompt = tokenizer.tokenize(Array("passage: ".utf8)).ids
        let limits = try PassageLimits(budget: 20, target: 18, overlap: 0, minimum: 4)
        let cutter = PassageCutter(
            tokenizer: tokenizer, prompt: Array(prompt), limits: limits, mode: isWhole ? .whole : .passages)
        let text = "The whale swims in the sea. " + String(repeating: "It is a large animal and not a fish. ", count: 5)
        let passages = cutter.passages(of: Array(text.utf8))
        #expect(passages.count == 1 || !isWhole)
        for passage in passages {
            let own = Array(text.utf8)[passage.byteRange]
            let joined = tokenizer.sequence(Array("passage: ".utf8) + own, maximumLength: 22 + prompt.count)
            #expect(passage.tokens == joined.ids)
            #expect(passage.tokenCount == joined.ids.count - prompt.count - 2)
        }
    }

    @Test("weights of half the size give nearly the same vectors", arguments: ["F16", "BF16"], [false, true])
    func halves(type: String, isCached: Bool) async throws {
        let folder = try Self.copy([:])
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let file = folder.appending("model.safetensors")
        let whole = try FileContents.read(file)
        try AtomicFile.replaceVolatile(try Self.halved(whole, type), at: file)
        let scratch = try ScratchDirectory()
        let cache = isCached ? WeightsCache(scratch.path) : nil
        let ids: [[Int32]] = [[1, 2, 3, 4, 5], [1, 9, 7]]
        func vectors(_ folder: FilePath) async throws -> Embeddings {
            let model = try SentenceModel(folder, compute: .float32, cache: cache)
            return try await EncoderPool.with(model) { try await $0.encode(ids) }
        }
        let exact = try await vectors(ModelFixture.tiny("cls-48"))
        for _ in 0..<2 {
            let difference = Difference(try await vectors(folder), exact.values)
            #expect(difference.leastCosine > (type == "F16" ? 0.999_99 : 0.999), "\(difference)")
            #expect(difference.largest > 0, "they are other weights")
        }
    }

    /// A safetensors file with each float as a half: cut off, not rounded.
    private static func halved(_ bytes: [UInt8], _ type: String) throws -> [UInt8] {
        let size = bytes.rawSpan.littleEndian(UInt64.self, at: 0)
        let length = Int(try #require(size))
        let text = Data(bytes[8..<8 + length])
        var header = try #require(try JSONSerialization.jsonObject(with: text) as? [String: Any])
        var data: [UInt8] = []
        for (name, entry) in header where name != "__metadata__" {
            var entry = try #require(entry as? [String: Any])
            let offsets = try #require(entry["data_offsets"] as? [Int])
            guard entry["dtype"] as? String == "F32" else { continue }
            let start = data.count
            for offset in stride(from: 8 + length + offsets[0], to: 8 + length + offsets[1], by: 4) {
                let bits = bytes.rawSpan.littleEndian(UInt32.self, at: offset)
                let number = Float(bitPattern: try #require(bits))
                data.append(
                    littleEndian: type == "F16"
                        ? Float16(number).bitPattern : UInt16(truncatingIfNeeded: number.bitPattern >> 16))
            }
            entry["dtype"] = type
            entry["data_offsets"] = [start, data.count]
            header[name] = entry
        }
        let json = try JSONSerialization.data(withJSONObject: header)
        var file: [UInt8] = []
        file.append(littleEndian: UInt64(json.count))
        return file + json + data
    }
}
