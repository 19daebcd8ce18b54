import ArgumentParser
import NumPy
import Platform
package import Quantization
import Shards
import SystemPackage

/// `vectorspool quantize`: reads a NumPy file of vectors and writes a NumPy file of codes.
struct QuantizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Quantize a NumPy file of vectors as sentence-transformers' quantize_embeddings does.",
        discussion: """
            Without --ranges, int8 and uint8 use the minima and maxima of the vectors themselves; codes of two such \
            files cannot be compared.
            """)

    @Option(help: "The form in which vectors are written.")
    var precision: Precision

    @Option(help: ArgumentHelp("The ranges of int8 and uint8: see calibrate.", valueName: "file"))
    var ranges: FilePath?

    @Argument(help: "A NumPy file of shape (rows, dimension).")
    var input: FilePath

    @Argument(help: "The NumPy file to write.")
    var output: FilePath

    func run() async throws {
        let vectors = try VectorFile(input)
        let ranges = try ranges.map { try Ranges.read($0, dimension: vectors.matrix.columnCount) }
        let rows = vectors.matrix.rowCount
        var line = ProgressLine()
        let report = try VectorsToCodes(precision, ranges: ranges).run(vectors, to: output) {
            line.show("\(Figures.grouped($0)) of \(Figures.counted(rows, "row"))")
        }
        line.finish()
        try StandardStream.error.write(report.summary(precision))
    }
}

extension VectorsToCodes.Report {
    /// What was done, and warnings: as sentence-transformers, ranges of under 100 vectors are pointed out.
    package func summary(_ precision: Precision) -> String {
        var text = "wrote \(shape) \(precision.rawValue), \(Figures.grouped(bytes)) bytes\n"
        if isSelfCalibrated, rows < 100 {
            text +=
                "warning: the ranges come from these \(Figures.counted(rows, "vector")) alone; "
                + "calibrate with at least \(Figures.grouped(PassagesToRanges.advisedPassages)) passages\n"
        }
        return text + Quantizer.clippingNote(share: clippedShare)
    }
}

extension Quantizer {
    /// The share of clipped values above which the ranges do not fit the text.
    package static let worryingShare = 0.01

    /// A warning line for ranges that do not fit; empty otherwise.
    package var clippingNote: String { Self.clippingNote(share: clippedShare) }

    /// A warning line for ranges that do not fit; empty otherwise.
    package static func clippingNote(share: Double) -> String {
        guard share > worryingShare else { return "" }
        return
            "warning: \(Figures.percent(share)) of the values are outside the ranges; calibrate with texts like these\n"
    }
}
