import Documents
import Identity
import Lexicon
import NumPy
import Platform
import Quantization
import Shards

/// Makes documents of rows.
struct DocumentForge: ~Copyable {
    private let matrix: NumPyMatrix
    private var quantizer: Quantizer
    private var signs: Quantizer
    private var reader: TermReader

    init(matrix: NumPyMatrix, ranges: Ranges) throws {
        let quantizer = try Quantizer(precision: .int8, dimension: matrix.columnCount, ranges: ranges)
        let signs = try Quantizer(precision: .ubinary, dimension: matrix.columnCount, ranges: nil)
        reader = try TermReader(Analyzer())
        (self.quantizer, self.signs) = (quantizer, signs)
        self.matrix = matrix
    }

    /// Appends a document of some rows, with the next lines as their texts.
    mutating func append(
        _ rows: Range<Int>, of file: RawSpan, _ lines: inout LineReader, to builder: inout ShardBuilder
    ) throws {
        let floats = try matrix.floats(rows: rows, of: file)
        var (codes, planes): ([UInt8], [UInt8]) = ([], [])
        try quantizer.append(rows: floats.span, to: &codes)
        try signs.append(rows: floats.span, to: &planes)
        var passages: [ShardPassage] = []
        var terms: [TermList] = []
        for _ in rows {
            let text = try lines.next() ?? []
            passages.append(
                ShardPassage(
                    byteRange: 0..<text.count, lineRange: 1...1, tokenCount: 1, isTruncated: false, text: text))
            var list = TermList()
            reader.append(text.span, to: &list)
            if builder.options.analyzer != nil { terms.append(list) }
        }
        let name = Self.name(ofRow: rows.lowerBound)
        let digest = SHA256Digest(of: Array(name.utf8))
        try builder.append(
            ShardDocument(path: Array(name.utf8), size: 1, modified: 0, content: digest, key: digest, claim: name),
            passages: passages, codes: codes, signs: planes, terms: terms)
    }

    /// The document that begins with a row.
    static func identifier(ofRow row: Int) -> DocumentIdentifier {
        DocumentIdentifier(path: Array(name(ofRow: row).utf8))
    }

    private static func name(ofRow row: Int) -> String { "part \(row / 10_000)/document \(row).txt" }
}
