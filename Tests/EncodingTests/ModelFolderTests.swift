import Encoding
import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

/// Damaged and foreign model folders are refused, and the message names the file and the problem.
@Suite struct ModelFolderTests {
    /// A change to a copy of a tiny model, and words that the message must contain.
    struct Damage: Sendable, CustomTestStringConvertible {
        let name: String
        let file: String
        let code: EncodingError.Code
        let words: [String]
        let change: @Sendable ([UInt8]) throws -> [UInt8]?
        var testDescription: String { name }
    }

    private static func replacing(_ old: String, _ new: String) -> @Sendable ([UInt8]) throws -> [UInt8]? {
        { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            #expect(text.contains(old))
            return Array(text.replacingOccurrences(of: old, with: new).utf8)
        }
    }

    @Test(
        "a temporary refusal of the system is not a fault of the model",
        arguments: [Errno.tooManyOpenFiles, .noMemory, .ioError],
        ["modules.json", "config.json", "model.safetensors", "tokenizer.json", "sentence_bert_config.json"])
    func passing(error: Errno, name: String) throws {
        let folder = FilePath(NSTemporaryDirectory()).appending("model-\(UUID().uuidString)")
        try Directory.copyTree(ModelFixture.tiny("cls-48"), to: folder)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let plan = FaultPlan(below: folder, of: [.open, .status, .read, .map]) { _, _, path in
            path.lastComponent?.string == name ? .fail(error) : .none
        }
        plan.arm()
        defer { plan.disarm() }
        let failure = #expect(throws: EncodingError.self) { try SentenceModel(folder, compute: .float32) }
        #expect(failure?.code == .system, "\(String(describing: failure))")
    }

    static let damages: [Damage] = [
        Damage(name: "no modules.json", file: "modules.json", code: .missingFile, words: ["modules.json"]) { _ in nil },
        Damage(name: "no config.json", file: "config.json", code: .missingFile, words: ["config.json"]) { _ in nil },
        Damage(name: "no weights", file: "model.safetensors", code: .missingFile, words: ["model.safetensors"]) { _ in
            nil
        },
        Damage(name: "no pooling", file: "1_Pooling/config.json", code: .missingFile, words: ["1_Pooling"]) { _ in nil
        },
        Damage(name: "empty modules", file: "modules.json", code: .malformed, words: ["modules.json"]) { _ in [] },
        Damage(
            name: "unknown module", file: "modules.json", code: .unsupported, words: ["models.Dense"],
            change: replacing("models.Pooling", "models.Dense")),
        Damage(
            name: "module outside", file: "modules.json", code: .malformed, words: ["../1_Pooling"],
            change: replacing("1_Pooling", "../1_Pooling")),
        Damage(
            name: "activation", file: "config.json", code: .unsupported, words: ["gelu_new"],
            change: replacing("\"gelu\"", "\"gelu_new\"")),
        Damage(
            name: "architecture", file: "config.json", code: .unsupported, words: ["roberta"],
            change: replacing("\"bert\"", "\"roberta\"")),
        Damage(
            name: "heads", file: "config.json", code: .malformed, words: ["num_attention_heads"],
            change: replacing("\"num_attention_heads\": 3", "\"num_attention_heads\": 5")),
        Damage(
            name: "layers", file: "config.json", code: .malformed, words: ["encoder.layer.2", "missing"],
            change: replacing("\"num_hidden_layers\": 2", "\"num_hidden_layers\": 3")),
        Damage(
            name: "width of a tensor", file: "config.json", code: .malformed,
            words: ["intermediate", "[96, 48]", "[90, 48]"],
            change: replacing("\"intermediate_size\": 96", "\"intermediate_size\": 90")),
        Damage(
            name: "pooling mode", file: "1_Pooling/config.json", code: .unsupported, words: ["cls + mean"],
            change: replacing("\"pooling_mode_mean_tokens\": false", "\"pooling_mode_mean_tokens\": true")),
        Damage(
            name: "length", file: "sentence_bert_config.json", code: .malformed, words: ["max_seq_length", "4000"],
            change: replacing("40", "4000")),
        Damage(name: "weights cut short", file: "model.safetensors", code: .malformed, words: ["bytes"]) {
            Array($0.prefix($0.count - 1))
        },
        Damage(name: "weights without data", file: "model.safetensors", code: .malformed, words: ["header"]) {
            Array($0.prefix(100))
        },
        Damage(name: "empty weights", file: "model.safetensors", code: .malformed, words: ["too few"]) { _ in [] },
        Damage(name: "huge header", file: "model.safetensors", code: .malformed, words: ["header"]) {
            [UInt8](repeating: 0xff, count: 8) + $0.dropFirst(8)
        },
        Damage(
            name: "element type and size disagree", file: "model.safetensors", code: .malformed, words: ["192 bytes"],
            change: { bytes in
                let text = Array("\"F32\"".utf8)
                guard let at = bytes.firstRange(of: text) else { return bytes }
                return bytes.replacing(text, with: Array("\"F64\"".utf8), subrange: at)
            }),
    ]

    @Test(arguments: damages)
    func refuses(_ damage: Damage) throws {
        let folder = FilePath(NSTemporaryDirectory()).appending("model-\(UUID().uuidString)")
        try Directory.copyTree(ModelFixture.tiny("cls-48"), to: folder)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        let file = folder.pushing(FilePath(damage.file))
        let changed = try damage.change(FileContents.read(file))
        try Directory.removeFile(file)
        if let changed { try AtomicFile.replaceVolatile(changed, at: file) }
        let error = #expect(throws: EncodingError.self) { try SentenceModel(folder, compute: .float32) }
        #expect(error?.code == damage.code, "\(error?.description ?? "")")
        for word in damage.words { #expect(error?.description.contains(word) == true, "\(error?.description ?? "")") }
    }

    @Test func namesAMissingFolder() {
        let error = #expect(throws: EncodingError.self) { try ModelFolder("/nowhere/at/all") }
        #expect(error?.description.contains("/nowhere/at/all") == true)
        #expect(error?.description.contains("leave --model and model.directory out") == true)
    }

    @Test func fingerprintIsTheDigestOfTheWeights() throws {
        let model = try SentenceModel(ModelFixture.tiny("cls-48"), compute: .float32)
        #expect(model.fingerprint() == SHA256Digest(of: try FileContents.read(model.folder.weights)))
    }
}

extension [UInt8] {
    fileprivate func firstRange(of other: [UInt8]) -> Range<Int>? {
        (0...count - other.count).first { Array(self[$0..<$0 + other.count]) == other }.map { $0..<$0 + other.count }
    }

    fileprivate func replacing(_ old: [UInt8], with new: [UInt8], subrange: Range<Int>) -> [UInt8] {
        self[..<subrange.lowerBound] + new + self[subrange.upperBound...]
    }
}
