/// Measures how far the cosines of one query lie apart with a model, which tells what share the words get in a hybrid score.
///
/// A score of words is added to a cosine. With a model whose cosines all lie close together it would drown them: half their spread
/// is a good weight for the models that were tried (MiniLM .09 to .125 and .05; bge-small .05 to .06 and .03). Passages stand in
/// for queries, since there are none when ranges are made.
package struct CosineSpread {
    /// The vectors kept, one after another.
    private var kept: [Float] = []
    private let dimension: Int
    private var seen = 0
    private var random: UInt64 = 1
    private static let capacity = 2000
    private static let queries = 100
    private static let least = 0.005

    package init(dimension: Int) { self.dimension = dimension }

    private var count: Int { kept.count / dimension }

    /// Adds vectors of length 1, of which a fair sample is kept (Vitter 1985, algorithm R).
    package mutating func add(rows: Span<Float>) {
        for row in 0..<rows.count / dimension {
            seen += 1
            var place = count
            if place < Self.capacity {
                kept.append(contentsOf: repeatElement(0, count: dimension))
            } else {
                // Knuth's MMIX generator: the same sample at every start.
                random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                place = Int((random >> 33) % UInt64(seen))
                guard place < Self.capacity else { continue }
            }
            for column in 0..<dimension { kept[place * dimension + column] = rows[row * dimension + column] }
        }
    }

    /// Half the mean standard deviation of the cosines of one passage with the others, to three decimals; nil for too few
    /// passages, and for passages that are all alike.
    package var lexicalWeight: Double? {
        guard count >= Self.queries else { return nil }
        var sum = 0.0
        for query in 0..<Self.queries { sum += deviation(of: query * count / Self.queries) }
        let weight = (sum / Double(Self.queries) / 2 * 1000).rounded() / 1000
        return weight >= Self.least ? weight : nil
    }

    private func deviation(of query: Int) -> Double {
        var (sum, squares) = (0.0, 0.0)
        for other in 0..<count where other != query {
            var cosine: Float = 0
            for column in 0..<dimension {
                cosine += kept[query * dimension + column] * kept[other * dimension + column]
            }
            sum += Double(cosine)
            squares += Double(cosine) * Double(cosine)
        }
        let number = Double(count - 1)
        return max(squares / number - sum / number * (sum / number), 0).squareRoot()
    }
}
