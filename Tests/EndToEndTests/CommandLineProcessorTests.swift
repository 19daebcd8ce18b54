import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The vectors equal those of sentence-transformers on lesser processors too, which environment variables simulate.
///
/// The tests run one at a time, because each run loads its own model.
@Suite("vectorspool encode on lesser processors", .serialized)
struct CommandLineProcessorTests {
    private static let checkout = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()
    private static let fixtures = checkout.appending("Tests/EncodingTests/Fixtures")
    /// One text of this many in the fixture: empty, short, long and foreign ones are among them.
    private static let step = 23
    private static let dimension = 384

    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    /// A processor, described by what oneDNN and our own loops may use; both ignore what this machine lacks.
    struct Processor: CustomTestStringConvertible {
        var oneDNN: String?
        var kernels: String?

        var testDescription: String { "oneDNN \(oneDNN ?? "as is"), kernels \(kernels ?? "as is")" }

        var variables: [Environment.Key: String?] {
            var variables: [Environment.Key: String?] = [:]
            if let oneDNN { variables["ONEDNN_MAX_CPU_ISA"] = .some(oneDNN) }
            if let kernels { variables["VECTORSPOOL_KERNELS"] = .some(kernels) }
            return variables
        }
    }

    static let processors = [
        Processor(), Processor(oneDNN: "AVX512_CORE"), Processor(oneDNN: "AVX2", kernels: "avx2"),
        Processor(oneDNN: "SSE41", kernels: "vector128"), Processor(kernels: "avx512"), Processor(kernels: "avx2"),
        Processor(kernels: "vector128"), Processor(kernels: "scalar"),
    ]

    /// Encodes some of the fixture's texts; returns the distance to the fixture's vectors, nil when the program failed.
    private func encode(
        _ compute: String, _ processor: Processor
    ) async throws -> (outcome: CommandLineTool.Outcome, distance: Distance?) {
        let lines = try FileContents.read(Self.fixtures.appending("parity.jsonl")).split(separator: UInt8(ascii: "\n"))
        let rows = Array(stride(from: 0, to: lines.count, by: Self.step))
        #expect(rows.count >= 10)
        let output = scratch.path.appending("vectors.npy")
        let outcome = try await CommandLineTool.search.run(
            [
                "encode", "--model", Self.checkout.appending(".models/all-MiniLM-L6-v2").string, "--compute", compute,
                "--output", output.string, "--jsonl",
            ],
            input: Array(rows.map { lines[$0] }.joined(separator: [UInt8(ascii: "\n")])),
            variables: processor.variables)
        guard outcome.status.isSuccess else { return (outcome, nil) }
        let expected = try floats(Self.fixtures.appending("parity.npy"))
        let actual = try floats(output)
        #expect(actual.count == rows.count * Self.dimension)
        return (
            outcome,
            Distance(
                actual, expected: rows.flatMap { expected[$0 * Self.dimension..<($0 + 1) * Self.dimension] },
                dimension: Self.dimension)
        )
    }

    /// The floats of a version 1 .npy file.
    private func floats(_ file: FilePath) throws -> [Float] {
        let bytes = try FileContents.read(file)
        let headerLength = bytes.rawSpan.littleEndian(UInt16.self, at: 8)
        let start = 10 + Int(try #require(headerLength))
        return try stride(from: start, to: bytes.count, by: 4).map { offset in
            let bits = bytes.rawSpan.littleEndian(UInt32.self, at: offset)
            return Float(bitPattern: try #require(bits))
        }
    }

    @Test("float32 is exact on each of them", arguments: processors)
    func exact(_ processor: Processor) async throws {
        let (outcome, distance) = try await encode("float32", processor)
        #expect(outcome.error.contains("(float32, "))
        #expect(!outcome.error.contains("compute auto"))
        let found = try #require(distance, "\(outcome.error)")
        #expect(found.largest <= 1e-5)
        #expect(found.leastCosine >= 0.999999)
    }

    @Test("bfloat16 is right, or refused with an alternative", arguments: processors)
    func narrow(_ processor: Processor) async throws {
        let (outcome, distance) = try await encode("bfloat16", processor)
        if let distance {
            #expect(outcome.error.contains("(bfloat16, "))
            #expect(distance.leastCosine >= 0.9999)
        } else {
            expectFailure(outcome, 78, naming: "cannot compute bfloat16", "float32")
        }
    }

    @Test("int8 is close, or refused with an alternative", arguments: processors)
    func integers(_ processor: Processor) async throws {
        let (outcome, distance) = try await encode("int8", processor)
        if let distance {
            #expect(outcome.error.contains("(int8, "))
            #expect(distance.leastCosine >= 0.99)
        } else {
            expectFailure(outcome, 78, naming: "cannot compute int8", "float32")
        }
    }

    @Test("auto is float32 and says so where bfloat16 is slow", arguments: ["AVX512_CORE", "AVX2", "SSE41"])
    func automaticFallsBack(_ oneDNN: String) async throws {
        let (outcome, distance) = try await encode("auto", Processor(oneDNN: oneDNN))
        #expect(outcome.error.contains("compute auto is float32 here, because "))
        #expect(outcome.error.contains("(float32, "))
        #expect(try #require(distance, "\(outcome.error)").leastCosine >= 0.999999)
    }

    @Test("auto is bfloat16, or explains why not")
    func automatic() async throws {
        let (outcome, distance) = try await encode("auto", Processor())
        #expect(outcome.error.contains("(bfloat16, ") != outcome.error.contains("compute auto is float32 here"))
        #expect(try #require(distance, "\(outcome.error)").leastCosine >= 0.9999)
    }
}

/// The distance between rows and the expected ones.
private struct Distance {
    private(set) var largest: Float = 0
    private(set) var leastCosine = 1.0

    init(_ actual: [Float], expected: [Float], dimension: Int) {
        for start in stride(from: 0, to: min(actual.count, expected.count), by: dimension) {
            var dot = 0.0
            var lengths = (0.0, 0.0)
            for (a, b) in zip(actual[start..<start + dimension], expected[start..<start + dimension]) {
                // A NaN fails every comparison.
                largest = abs(a - b) <= largest ? largest : abs(a - b)
                dot += Double(a) * Double(b)
                lengths.0 += Double(a) * Double(a)
                lengths.1 += Double(b) * Double(b)
            }
            let cosine = dot / (lengths.0 * lengths.1).squareRoot()
            leastCosine = cosine >= leastCosine ? leastCosine : cosine
        }
    }
}
