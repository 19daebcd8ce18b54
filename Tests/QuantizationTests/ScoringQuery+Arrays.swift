import Platform
import Quantization

extension ScoringQuery {
    /// The scores of all rows.
    func scores(of rows: [UInt8]) -> [Double] {
        var scores = Array(repeating: Double.nan, count: rows.count / bytesPerRow)
        var span = scores.mutableSpan
        score(rows: rows.rawSpan, into: &span)
        return scores
    }

    /// The exact scores of all rows.
    func exactScores(of rows: [UInt8]) -> [Double] {
        var scores = Array(repeating: Double.nan, count: rows.count / bytesPerRow)
        var span = scores.mutableSpan
        score(rows.rawSpan, at: Array(stride(from: 0, to: rows.count, by: bytesPerRow)), into: &span)
        return scores
    }

    /// The numbers of the best rows, best first.
    func top(_ limit: Int, of rows: [UInt8]) -> [UInt64] {
        var top = TopRows(limit: limit)
        scan(rows: rows.rawSpan, firstRow: 0, into: &top)
        return top.ranked().map(\.row)
    }
}
