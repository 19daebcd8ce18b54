import ArgumentParser
import Encoding
import Indexing
import NumPy
import Platform
package import Quantization
import SystemPackage

/// `vectorspool calibrate`: reads texts or vectors and writes a ranges file.
struct CalibrateCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Make the ranges that int8 and uint8 need, from texts like those to be indexed.",
        discussion: """
            Files are read as the daemon reads dropped files: a .jsonl file supplies title and `text` of each object, \
            .zst files are unpacked, texts are cut into passages. \
            With --margin 0 the ranges are those of sentence-transformers: minimum and maximum of each dimension.
            """)

    @OptionGroup var model: ModelOption

    @Option(help: "The arithmetic of the model; auto is bfloat16 where the processor supports it.")
    var compute = ComputeChoice.automatic

    @Option(help: ArgumentHelp("A NumPy file of vectors, instead of texts and a model.", valueName: "file"))
    var embeddings: FilePath?

    @Option(parsing: .unconditional, help: "The share by which each range is widened, half below and half above.")
    var margin = 0.0

    @Option(help: ArgumentHelp("The ranges file to write.", valueName: "file"))
    var output: FilePath

    @Argument(help: "Text files; - is standard input.")
    var files: [FilePath] = []

    func check() throws {
        guard files.isEmpty != (embeddings == nil) else {
            throw ValidationError("Give either text files or --embeddings FILE.npy.")
        }
        guard margin.isFinite, margin >= 0 else {
            throw ValidationError("--margin \(margin): give a share of at least 0, such as 0.1.")
        }
    }

    func run() async throws {
        // This comes first, so nobody waits for ranges that cannot be written.
        let file = try PendingFile(output)
        var calibrator: RangesCalibrator
        if let embeddings {
            let vectors = try VectorFile(embeddings)
            calibrator = try RangesCalibrator(dimension: vectors.matrix.columnCount)
            try vectors.calibrate(&calibrator)
        } else {
            calibrator = try await encoded()
        }
        let ranges = try calibrator.ranges(margin: margin)
        let array = ranges.numPyFile()
        try file.write(array.rawSpan)
        try file.publish()
        try StandardStream.error.write(calibrator.summary(ranges, noun: embeddings == nil ? "passage" : "vector"))
    }

    private func encoded() async throws -> RangesCalibrator {
        try StandardStream.error.write(compute.line)
        return try await RunningModel.with(model.path(), compute: compute.compute, cache: model.cache) { running in
            var calibrator = try RangesCalibrator(dimension: running.dimension)
            var passages = DocumentPassages(files, cutter: try running.passageCutter())
            var line = ProgressLine()
            let report = try await PassagesToRanges(pool: running.pool).run(into: &calibrator) {
                try passages.next()
            } progress: {
                line.show($0.progress(noun: "passage"))
            }
            line.finish()
            try StandardStream.error.write(report.summary(noun: "passage", pool: running.pool) + "\n")
            return calibrator
        }
    }
}

extension RangesCalibrator {
    /// Describes the calibration and its weaknesses; `noun` names what was counted: `passage`, `vector`.
    package func summary(_ ranges: Ranges, noun: String) -> String {
        var text = "ranges of \(Figures.counted(dimension, "dimension")) from \(Figures.counted(count, noun))\n"
        let advised = PassagesToRanges.advisedPassages
        if count < advised {
            text +=
                "warning: fewer than \(Figures.grouped(advised)) \(noun)s: values outside these ranges will be clipped; "
                + "calibrate with more, or add --margin 0.1\n"
        }
        let dead = ranges.deadDimensions
        if !dead.isEmpty {
            let numbers = dead.map(String.init).joined(separator: ", ")
            text +=
                "\(Figures.counted(dead.count, "dead dimension")), which carry no information and no weight in a search: "
                + "\(numbers)\n"
        }
        return text
    }
}
