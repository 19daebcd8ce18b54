import Quantization
import TestSupport

/// Vectors of length 1 whose dimensions differ in spread and centre, like those of real models; queries are near rows.
struct SyntheticEmbeddings {
    let dimension: Int
    let rows: [Float]
    let queries: [[Float]]

    init(dimension: Int, rows rowCount: Int, queries queryCount: Int, using generator: inout SeededGenerator) {
        let spread = (0..<dimension).map { _ in Float.random(in: 0.1...2, using: &generator) }
        let centre = (0..<dimension).map { _ in generator.nextNormal() }
        var rows: [Float] = []
        for _ in 0..<rowCount {
            rows += Self.unit((0..<dimension).map { centre[$0] + spread[$0] * generator.nextNormal() })
        }
        var queries: [[Float]] = []
        for _ in 0..<queryCount {
            let near = Int.random(in: 0..<rowCount, using: &generator) * dimension
            let noise = 1 / Float(dimension).squareRoot()
            queries.append(Self.unit((0..<dimension).map { rows[near + $0] + noise * generator.nextNormal() }))
        }
        self.dimension = dimension
        self.rows = rows
        self.queries = queries
    }

    func dotProducts(_ query: [Float]) -> [Double] {
        stride(from: 0, to: rows.count, by: dimension).map { start in
            query.indices.reduce(0) { $0 + Double(query[$1]) * Double(rows[start + $1]) }
        }
    }

    private static func unit(_ values: [Float]) -> [Float] {
        let length = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return values.map { $0 / length }
    }
}

extension Ranges {
    /// Ranges of dimensions that differ in place and width, some of which may be constant.
    init(synthetic dimension: Int, using generator: inout SeededGenerator) throws {
        let minima = (0..<dimension).map { _ in Float.random(in: -2...0, using: &generator) }
        try self.init(minima: minima, maxima: minima.map { $0 + Float.random(in: 0...4, using: &generator) })
    }
}
