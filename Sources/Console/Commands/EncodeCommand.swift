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
        discussion: """
            Texts are the lines of FILE, or the `text` of each object of a .jsonl file; .zst files are unpacked.
            """)

    @OptionGroup var model: ModelOption

    @Option(help: "The arithmetic of the model; auto is bfloat16 where the processor supports it.")
    var compute = ComputeChoice.automatic

    @Option(help: "The form in which vectors are written.")
    var precision = Precision.float32

    @Option(
        help: ArgumentHelp(
            "What stands before each text.",
            discussion: "Default: the default prompt of the model's folder, if it names one.",
            valueName: "text"))
    var prompt: String?

    @Option(help: ArgumentHelp("The ranges that int8 and uint8 need: see calibrate.", valueName: "file"))
    var ranges: FilePath?

    @Option(help: ArgumentHelp("The NumPy file to write; - is standard output.", valueName: "file"))
    var output: FilePath

    @Flag(help: "Read the input as JSON Lines regardless of its name, as for standard input.")
    var jsonl = false

    @Flag(help: "Also tell where the workers' time went, stage by stage.")
    var stages = false

    @Argument(help: "The texts; - is standard input.")
    var file: FilePath = "-"

    func check() throws {
        guard ranges != nil || !precision.needsRanges else {
            throw ValidationError("--precision \(precision.rawValue) needs --ranges; vectorspool calibrate makes them")
        }
        guard output != "-" || !StandardStream.output.isTerminal else {
            throw ValidationError("--output -: standard output is a terminal; send it to a file or a program.")
        }
    }

    func run() async throws {
        try StandardStream.error.write(compute.line)
        try await RunningModel.with(model.path(), compute: compute.compute, cache: model.cache) { running in
            let ranges = try ranges.map { try Ranges.read($0, dimension: running.dimension) }
            var quantizer = try Quantizer(precision: precision, dimension: running.dimension, ranges: ranges)
            var source = try TextSource(file, isJSONLines: jsonl ? true : nil)
            let writer = try NumPyWriter(output, precision: precision, dimension: running.dimension)
            var line = ProgressLine()
            let report = try await TextsToVectors(running, prompt: prompt).run(
                &source, into: writer, quantizer: &quantizer
            ) {
                line.show($0.progress(noun: "text"))
            }
            line.finish()
            try StandardStream.error.write(report.summary(noun: "text", pool: running.pool) + "\n")
            try StandardStream.error.write(quantizer.clippingNote)
            if stages { try StandardStream.error.write(running.pool.times.lines) }
        }
    }
}

extension EncodingReport {
    /// Describes the run: `encoded 2,000 texts, 350,123 tokens in 12.3 s: 28,464 tokens/s (bfloat16, 2 workers)`.
    ///
    /// A second line tells of texts that were cut off.
    /// - Parameters:
    ///   - noun: what was encoded: `text`, `passage`.
    ///   - pool: tells arithmetic, workers and the length that it takes.
    /// - Returns: the lines.
    package func summary(noun: String, pool: EncoderPool) -> String {
        var line = "encoded \(Figures.counted(texts, noun)), \(Figures.counted(tokens, "token")) in "
        line += "\(Figures.decimals(seconds, 2)) s: \(Figures.grouped(Int(tokensPerSecond))) tokens/s "
        line += "(\(pool.model.compute.rawValue), \(Figures.counted(pool.workerCount, "worker")))"
        if truncatedTexts > 0 {
            let length = pool.model.maximumLength
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

extension StageTimes {
    /// A line for each stage: its name, seconds of all workers, share.
    package var lines: String {
        EncoderStage.allCases.map { stage in
            let share = total > 0 ? self[stage] / total : 0
            let (seconds, percent) = (Figures.decimals(self[stage], 3), Figures.decimals(100 * share, 1))
            return "stage \(stage): \(seconds) s, \(percent) %\n"
        }.joined()
    }
}
