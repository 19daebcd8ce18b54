import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite("vectorspool encode, calibrate and quantize")
struct CommandLineEncodeTests {
    private let scratch: ScratchDirectory
    private let output: FilePath

    init() throws {
        scratch = try ScratchDirectory()
        output = scratch.path.appending("output.npy")
    }

    private func file(_ name: String, _ bytes: [UInt8]) throws -> String {
        try AtomicFile.replaceVolatile(bytes, at: scratch.path.appending(name))
        return scratch.path.appending(name).string
    }

    private func encode(_ arguments: String..., input: [UInt8] = []) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.search.run(
            ["encode", "--model", SampleFiles.model.string, "--output", output.string] + arguments, input: input)
    }

    private func packed(_ bytes: [UInt8]) throws -> [UInt8] {
        var compressor = try ZstandardCompressor(level: 3)
        return try compressor.compress(bytes.rawSpan)
    }

    private func header(_ path: FilePath) throws -> String {
        String(decoding: try FileContents.read(path).prefix(128), as: UTF8.self)
    }

    @Test("lines, JSON Lines and standard input give the same vectors, one for each text")
    func sources() async throws {
        let texts = ["first text", "", "третий 文字", "last"]
        let lines = Array(texts.joined(separator: "\n").utf8)
        let objects = texts.map { "{\"id\":1,\"text\":\"\($0)\"}\n\n" }.joined()
        var results: [[UInt8]] = []
        let runs = [
            ([try file("texts.txt", lines)], []), ([try file("texts.jsonl", Array(objects.utf8))], []),
            ([try file("texts.txt.zst", try packed(lines))], []),
            ([try file("texts.jsonl.zst", try packed(Array(objects.utf8)))], []),
            ([try file("texts.NDJSON.zst", try packed(Array(objects.utf8)))], []),
            ([try file("texts.tsv.zst", try packed(lines))], []),
            ([try file("texts.ndjson", Array(objects.utf8))], []),
            (["-"], lines), ([], lines), (["--jsonl", "-"], Array(objects.utf8)),
        ]
        for (arguments, input) in runs {
            let outcome = try await CommandLineTool.search.run(
                ["encode", "--model", SampleFiles.model.string, "--output", output.string] + arguments, input: input)
            #expect(outcome.status == .exited(0), "\(outcome.error)")
            #expect(outcome.error.contains("encoded 4 texts"))
            #expect(outcome.output.isEmpty)
            results.append(try FileContents.read(output))
        }
        #expect(try header(output).contains("'descr': '<f4', 'fortran_order': False, 'shape': (4, 40), }"))
        #expect(results.allSatisfy { $0 == results[0] && $0.count == 128 + 4 * 40 * 4 })
    }

    @Test("the text of an object is encoded without its title", arguments: ["\"A title\"", "5", "null"])
    func titles(title: String) async throws {
        let line = "{\"id\":\"\\u0000\",\"title\":\(title),\"text\":\"and its text\"}\n"
        let object = try file("titled.jsonl", Array(line.utf8))
        #expect(try await encode(object).status == .exited(0))
        let titled = try FileContents.read(output)
        #expect(try await encode(input: Array("and its text".utf8)).status == .exited(0))
        #expect(try FileContents.read(output) == titled)
    }

    @Test("the output - is standard output, which gets the bytes of the file")
    func standardOutput() async throws {
        let texts = Array("one\ntwo\nthree".utf8)
        #expect(try await encode(input: texts).status == .exited(0))
        let outcome = try await CommandLineTool.search.run(
            ["encode", "--model", SampleFiles.model.string, "--output", "-"], input: texts)
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(try outcome.output == FileContents.read(output))
        let failed = try await CommandLineTool.search.run(
            ["encode", "--model", SampleFiles.model.string, "--output", "-", "--jsonl"], input: Array("no JSON".utf8))
        expectFailure(failed, 65, naming: "standard input", "line 1")
        #expect(failed.output.isEmpty, "half an array is none")
    }

    @Test("many texts come in their order, whatever the batches")
    func order() async throws {
        let texts = (0..<3000).map { "number \($0) " + String(repeating: "word ", count: $0 % 40) }
        let all = try await encode(input: Array(texts.joined(separator: "\n").utf8))
        #expect(all.status == .exited(0))
        let vectors = try FileContents.read(output).dropFirst(128)
        for place in [0, 1234, 2999] {
            _ = try await encode(input: Array(texts[place].utf8))
            #expect(
                Array(vectors.dropFirst(place * 160).prefix(160)) == Array(try FileContents.read(output).dropFirst(128))
            )
        }
    }

    @Test("a pipe can supply texts, and a refusal before reading is reported")
    func pipe() async throws {
        let line = """
            i=0; while [ $i -lt 3000 ]; do echo "text number $i"; i=$((i+1)); done | \
            "$0" encode --model "$1" --output "$2"
            """
        let outcome = try await CommandLineTool.search.shell(line, SampleFiles.model.string, output.string)
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.error.contains("encoded 3,000 texts"))
        let many = Array(String(repeating: "a line of text\n", count: 100_000).utf8)
        expectFailure(try await encode("--compute", "float7", input: many), 64, naming: "float7")
    }

    @Test("no text at all gives an array without rows")
    func noTexts() async throws {
        #expect(try await encode().status == .exited(0))
        #expect(try header(output).contains("'shape': (0, 40)"))
    }

    @Test("a text that is too long is truncated with a note")
    func truncated() async throws {
        let outcome = try await encode(input: Array(String(repeating: "word ", count: 9000).utf8))
        #expect(outcome.error.contains("1 text had more than"))
    }

    @Test(
        "text that cannot be read is named by line, and leaves no file",
        arguments: [
            ("bad.txt", Array("fine\n".utf8) + [0x61, 0xFF, 0x0A], ["line 2", "byte 6"]),
            ("bad.jsonl", Array("{\"text\":\"a\"}\n{\"title\":\"b\"}\n".utf8), ["line 2", "text"]),
            ("bad.jsonl", Array("{\"text\":3}\n".utf8), ["line 1"]),
            ("bad.jsonl", Array("{\"text\":\"a\"\n".utf8), ["line 1", "JSON"]),
            ("bad.jsonl", Array("[1]\n".utf8), ["line 1", "object"]),
            ("bad.txt.zst", Array("no zstd".utf8), ["zstd"]),
        ])
    func badText(name: String, bytes: [UInt8], hints: [String]) async throws {
        let outcome = try await encode(try file(name, bytes))
        expectFailure(outcome, 65, naming: name)
        for hint in hints { #expect(outcome.error.contains(hint)) }
        #expect(try Directory.entries(of: scratch.path).map(\.name.string) == [name])
    }

    @Test("missing input and output, and those that are not files")
    func badPaths() async throws {
        expectFailure(try await encode("/nonexistent/texts.txt"), 66, naming: "/nonexistent/texts.txt")
        expectFailure(try await encode(scratch.path.string), 66, naming: scratch.path.string)
        for path in ["/nonexistent/output.npy", scratch.path.string, "/dev/null"] {
            let outcome = try await CommandLineTool.search(
                "encode", "--model", SampleFiles.model.string, "--output", path)
            expectFailure(outcome, 73, naming: path)
        }
    }

    @Test(
        "a model folder with a missing file",
        arguments: ["modules.json", "config.json", "tokenizer.json", "model.safetensors", "1_Pooling/config.json"])
    func missingModelFile(name: String) async throws {
        let model = try SampleFiles.copy(SampleFiles.model, to: scratch.path.appending("model"))
        try Directory.removeFile(model.pushing(FilePath(name)))
        let outcome = try await CommandLineTool.search(
            "encode", "--model", model.string, "--output", output.string)
        expectFailure(outcome, 66, naming: name)
    }

    @Test("no model folder")
    func missingModel() async throws {
        let outcome = try await CommandLineTool.search(
            "encode", "--model", "/nonexistent", "--output", output.string)
        expectFailure(outcome, 66, naming: "/nonexistent")
    }

    @Test("a safetensors file that is cut short, empty or noise", arguments: [100_000, 100, 8, 1, 0])
    func truncatedWeights(length: Int) async throws {
        let model = try SampleFiles.copy(SampleFiles.model, to: scratch.path.appending("model"))
        let weights = model.appending("model.safetensors")
        try AtomicFile.replaceVolatile(Array(try FileContents.read(weights).prefix(length)), at: weights)
        let outcome = try await CommandLineTool.search(
            "encode", "--model", model.string, "--output", output.string)
        expectFailure(outcome, 65, naming: "model.safetensors")
    }

    @Test("a module that is not implemented")
    func unknownModule() async throws {
        let model = try SampleFiles.copy(SampleFiles.model, to: scratch.path.appending("model"))
        let modules = model.appending("modules.json")
        let text = String(decoding: try FileContents.read(modules), as: UTF8.self).replacing("Pooling", with: "Dense")
        try AtomicFile.replaceVolatile(Array(text.utf8), at: modules)
        let outcome = try await CommandLineTool.search(
            "encode", "--model", model.string, "--output", output.string)
        expectFailure(outcome, 65, naming: "modules.json", "Dense")
    }

    @Test("ranges that are missing, of another dimension, reversed, NaN or not an array")
    func badRanges() async throws {
        let good = Array(repeating: Float(-1), count: 40)
        let cases: [(String, [UInt8]?, Int32)] = [
            ("missing.npy", nil, 66),
            ("dimension.npy", SampleFiles.array([[-1, -1], [1, 1]]), 65),
            ("reversed.npy", SampleFiles.array([good.map { -$0 }, good]), 65),
            ("nan.npy", SampleFiles.array([good, [.nan] + good.dropFirst().map { -$0 }]), 65),
            ("text.npy", Array("no array".utf8), 65),
            ("empty.npy", [], 65),
        ]
        for (name, bytes, code) in cases {
            let path = try bytes.map { try file(name, $0) } ?? scratch.path.appending(name).string
            let outcome = try await encode("--precision", "int8", "--ranges", path)
            expectFailure(outcome, code, naming: name)
        }
        #expect(!FileStatus.exists(output))
        expectFailure(try await encode("--precision", "uint8"), 64, naming: "--ranges", "calibrate")
        expectFailure(try await encode("--precision", "int4"), 64, naming: "int4")
    }

    @Test(
        "quantize writes the very bytes of sentence-transformers and NumPy",
        arguments: ["float32", "int8", "uint8", "binary", "ubinary"], ["random", "dimension-7", "edges"])
    func quantize(precision: String, name: String) async throws {
        let folder = SampleFiles.quantized(name)
        let expected = folder.appending(precision == "float32" ? "embeddings.npy" : "\(precision).npy")
        let outcome = try await CommandLineTool.search(
            "quantize", "--precision", precision, "--ranges", folder.appending("ranges.npy").string,
            folder.appending("embeddings.npy").string, output.string)
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(try FileContents.read(output) == FileContents.read(expected))
    }

    @Test("quantize without ranges uses those of the vectors themselves")
    func selfCalibrated() async throws {
        let embeddings = SampleFiles.quantized("random").appending("embeddings.npy").string
        let ranges = scratch.path.appending("ranges.npy").string
        let calibrated = try await CommandLineTool.search(
            "calibrate", "--embeddings", embeddings, "--output", ranges)
        #expect(calibrated.status == .exited(0))
        var results: [[UInt8]] = []
        for arguments in [["--ranges", ranges], []] {
            let outcome = try await CommandLineTool.search.run(
                ["quantize", "--precision", "int8"] + arguments + [embeddings, output.string])
            #expect(outcome.status == .exited(0))
            results.append(try FileContents.read(output))
        }
        #expect(results[0] == results[1])
    }

    @Test("vectors that cannot be quantized")
    func badVectors() async throws {
        let nan = try file("nan.npy", SampleFiles.array([[1, 2], [3, .nan]]))
        let one = try file("one.npy", SampleFiles.array([[1, 2]]))
        let cut = try file("cut.npy", Array(SampleFiles.array([[1, 2], [3, 4]]).dropLast()))
        func quantize(_ input: String) async throws -> CommandLineTool.Outcome {
            try await CommandLineTool.search("quantize", "--precision", "int8", input, output.string)
        }
        expectFailure(try await quantize(nan), 65, naming: "nan.npy", "row 1", "dimension 1")
        expectFailure(try await quantize(one), 65, naming: "single")
        expectFailure(try await quantize(cut), 65, naming: "cut.npy")
        expectFailure(try await quantize("/nonexistent.npy"), 66, naming: "/nonexistent.npy")
        #expect(!FileStatus.exists(output))
    }

    @Test("calibrate gives minimum and maximum, and warns of few passages")
    func calibrate() async throws {
        let embeddings = try file("embeddings.npy", SampleFiles.array([[1, -2, 5], [3, -4, 5], [2, 0, 5]]))
        let outcome = try await CommandLineTool.search(
            "calibrate", "--embeddings", embeddings, "--output", output.string)
        #expect(outcome.status == .exited(0))
        #expect(outcome.error.contains("fewer than 1,000"))
        #expect(outcome.error.contains("1 dead dimension"))
        #expect(try FileContents.read(output) == SampleFiles.array([[1, -4, 5], [3, 0, 5]]))
        _ = try await CommandLineTool.search(
            "calibrate", "--embeddings", embeddings, "--output", output.string, "--margin", "0.5")
        #expect(try FileContents.read(output) == SampleFiles.array([[0.5, -5, 5], [3.5, 1, 5]]))
    }

    @Test("calibrate cuts texts into passages and equals the ranges of their vectors")
    func calibrateTexts() async throws {
        let texts = (0..<50).map { "passage number \($0)" }
        let first = try file("a.jsonl", Array(texts[..<20].map { "{\"text\":\"\($0)\"}\n" }.joined().utf8))
        let second = try texts[20...].map { try file("\($0).txt", Array($0.utf8)) }
        let ranges = scratch.path.appending("ranges.npy")
        let outcome = try await CommandLineTool.search.run(
            ["calibrate", "--model", SampleFiles.model.string, "--output", ranges.string, first] + second)
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.error.contains("from 50 passages"))
        _ = try await encode(input: Array(texts.joined(separator: "\n").utf8))
        let expected = scratch.path.appending("expected.npy")
        _ = try await CommandLineTool.search("calibrate", "--embeddings", output.string, "--output", expected.string)
        #expect(try FileContents.read(ranges) == FileContents.read(expected))
    }

    @Test("calibrate reads titles and packed files as the daemon does")
    func calibrateDocuments() async throws {
        let lines = (0..<30).map { "{\"id\":\($0),\"title\":\"Title \($0)\",\"text\":\"text number \($0)\"}\n" }
        var compressor = try ZstandardCompressor()
        let packed = try file("a.jsonl.zst", try compressor.compress(Array(lines.joined().utf8).rawSpan))
        let ranges = scratch.path.appending("ranges.npy")
        let outcome = try await CommandLineTool.search.run(
            ["calibrate", "--model", SampleFiles.model.string, "--output", ranges.string, packed])
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        let texts = (0..<30).map { "Title \($0) text number \($0)" }
        _ = try await encode(input: Array(texts.joined(separator: "\n").utf8))
        let expected = scratch.path.appending("expected.npy")
        _ = try await CommandLineTool.search("calibrate", "--embeddings", output.string, "--output", expected.string)
        #expect(try FileContents.read(ranges) == FileContents.read(expected))
    }

    @Test("calibrate refuses input without ranges")
    func badCalibration() async throws {
        func calibrate(_ arguments: String...) async throws -> CommandLineTool.Outcome {
            try await CommandLineTool.search.run(
                ["calibrate", "--model", SampleFiles.model.string, "--output", output.string] + arguments)
        }
        let text = try file("text.txt", Array("one passage".utf8))
        let latin = try file("latin.txt", [0x61, 0x0A, 0xE9, 0x0A])
        expectFailure(try await calibrate(), 64, naming: "files")
        expectFailure(try await calibrate("--embeddings", "a.npy", text), 64, naming: "either")
        expectFailure(try await calibrate("--margin", "-1", text), 64, naming: "margin")
        expectFailure(try await calibrate(text), 65, naming: "single")
        expectFailure(try await calibrate(latin), 65, naming: "latin.txt", "byte 2")
        expectFailure(try await calibrate(text, "/nonexistent.txt"), 66, naming: "/nonexistent.txt")
        expectFailure(try await calibrate(scratch.path.string), 65, naming: scratch.path.string)
    }
}
