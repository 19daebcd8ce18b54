import ArgumentParser
import Encoding
import Platform
import Quantization
import Search
import SystemPackage

/// `vectorspool quantize`: a NumPy file of vectors in, a NumPy file of codes out.
struct QuantizeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Quantize a NumPy file of vectors as sentence-transformers' quantize_embeddings does.",
        discussion: """
            Without --ranges, int8 and uint8 take minima and maxima of the vectors themselves; codes of two such \
            files cannot be compared.
            """)

    @Option(help: "What is written of each vector.")
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
        let report = try QuantizeStream(precision, ranges: ranges).run(vectors, to: output) {
            line.show("\(Figures.grouped($0)) of \(Figures.counted(rows, "row"))")
        }
        line.finish()
        try StandardStream.error.write(report.summary(precision))
    }
}
