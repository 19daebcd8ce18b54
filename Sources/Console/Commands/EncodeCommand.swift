import ArgumentParser
import Documents
package import Encoding
import Platform
import Quantization
import Shards
import SystemPackage

/// `vectorspool encode`: reads texts and writes a NumPy file of vectors.
struct EncodeCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "encode",
        abstract: "Encode texts into a NumPy file, one text per row.",
        discussion: "Texts are the lines of FILE, or the `text` of each object of a .jsonl file.")

    @OptionGroup var model: ModelOption

    @Option(help: "The arithmetic of the model; auto is bfloat16 where the processor supports it.")
    var compute = ComputeChoice.automatic

    @Option(help: "The form in which vectors are written.")
    var precision = Precision.float32

    @Option(help: ArgumentHelp("The ranges that int8 and uint8 need: see calibrate.", valueName: "file"))
    var ranges: FilePath?

    @Option(help: ArgumentHelp("The NumPy file to write.", valueName: "file"))
    var output: FilePath

    @Flag(help: "Read the input as JSON Lines regardless of its name, as for standard input.")
    var jsonl = false

    @Argument(help: "The texts; - is standard input.")
    var file: FilePath = "-"

    func check() throws {
        guard ranges != nil || !precision.needsRanges else {
            throw ValidationError("--precision \(precision.rawValue) needs --ranges; vectorspool calibrate makes them")
        }
    }

    func run() async throws {
        try StandardStream.error.write(compute.line)
        try await TextEncoder.with(model.path(), compute: compute.compute, cache: model.cache) { text in
            let ranges = try ranges.map { try Ranges.read($0, dimension: text.dimension) }
            var quantizer = try Quantizer(precision: precision, dimension: text.dimension, ranges: ranges)
            var source = try TextSource(file, format: jsonl ? .jsonLines : nil)
            let writer = try NumPyWriter(output, precision: precision, dimension: text.dimension)
            var line = ProgressLine()
            let report = try await EncodeStream(text).run(&source, into: writer, quantizer: &quantizer) {
                line.show($0.progress(noun: "text"))
            }
            line.finish()
            try StandardStream.error.write(report.summary(noun: "text", encoder: text.encoder) + "\n")
            try StandardStream.error.write(quantizer.clippingNote)
        }
    }
}

extension EncodingReport {
    /// Describes the run in one line: `encoded 2,000 texts, 350,123 tokens in 12.3 s: 28,464 tokens/s (bfloat16)`.
    ///
    /// `noun` names what was encoded, `text` or `passage`; `encoder` supplies arithmetic, workers and maximum length.
    package func summary(noun: String, encoder: SentenceEncoder) -> String {
        var line = "encoded \(Figures.counted(texts, noun)), \(Figures.counted(tokens, "token")) in "
        line += "\(Figures.decimals(seconds, 2)) s: \(Figures.grouped(Int(tokensPerSecond))) tokens/s "
        line += "(\(encoder.model.compute.rawValue), \(Figures.counted(encoder.workerCount, "worker")))"
        if truncatedTexts > 0 {
            let length = encoder.model.maximumLength
            line +=
                "\n\(Figures.counted(truncatedTexts, noun)) had more than \(length) tokens: the rest was not encoded"
        }
        return line
    }

    /// The state of the run for a progress line.
    package func progress(noun: String) -> String {
        "\(Figures.counted(texts, noun)), \(Figures.counted(tokens, "token")), "
            + "\(Figures.grouped(Int(tokensPerSecond))) tokens/s"
    }
}
