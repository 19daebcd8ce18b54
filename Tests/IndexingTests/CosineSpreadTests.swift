import Indexing
import Testing

/// What is measured of a model when ranges are made.
@Suite("The spread of cosines") struct CosineSpreadTests {
    /// Vectors of which each second one points along one axis, and the others along another one that is `cosine` near.
    private func vectors(_ count: Int, cosine: Float) -> [Float] {
        (0..<count).flatMap { $0.isMultiple(of: 2) ? [1, 0] : [cosine, (1 - cosine * cosine).squareRoot()] }
    }

    @Test("half of it is the weight, however the vectors come", arguments: [Float(0), 0.5, 0.9], [1, 7, 5000])
    func weight(cosine: Float, batch: Int) {
        var spread = CosineSpread(dimension: 2)
        let all = vectors(5000, cosine: cosine)
        for start in stride(from: 0, to: all.count, by: batch * 2) {
            spread.add(rows: Array(all[start..<min(start + batch * 2, all.count)]).span)
        }
        // Cosines of two values, about half of each, lie half their distance from the mean.
        let expected = Double(1 - cosine) / 2 / 2
        #expect(abs((spread.lexicalWeight ?? 0) - expected) < 0.004)
    }

    @Test("it is not known from a few", arguments: [0, 1, 99])
    func few(count: Int) {
        var spread = CosineSpread(dimension: 2)
        spread.add(rows: vectors(count, cosine: 0).span)
        #expect(spread.lexicalWeight == nil)
        var equal = CosineSpread(dimension: 2)
        equal.add(rows: Array(repeating: [Float(1), 0], count: 500).flatMap(\.self).span)
        #expect(equal.lexicalWeight == nil, "passages that are all alike")
    }
}
