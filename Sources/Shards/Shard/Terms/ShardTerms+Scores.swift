import Platform

/// How the score of a posting follows from its count and the words of its row: `weight * count / (count + fixed + slope * words)`.
///
/// With `fixed = k1 * (1 - b)` and `slope = k1 * b / average` it is BM25 as Lucene computes it.
package struct TermScore: Sendable, Equatable {
    package var weight: Double
    package var fixed: Double
    package var slope: Double

    package init(weight: Double, fixed: Double, slope: Double) {
        self.weight = weight
        self.fixed = fixed
        self.slope = slope
    }

    /// The score of a posting.
    package func callAsFunction(count: Int, words: Int) -> Double {
        weight * Double(count) / (Double(count) + fixed + slope * Double(words))
    }
}

/// What was read of lists of postings.
package struct PostingsTally: Sendable, Equatable {
    package var readBlocks = 0

    package init() {}

    package static func += (tally: inout PostingsTally, other: PostingsTally) {
        tally.readBlocks += other.readBlocks
    }
}

extension ShardTerms {
    /// Adds the scores of the postings of some rows to their sums, in single precision.
    ///
    /// - Parameters:
    ///   - postings: a term's postings in this shard.
    ///   - score: how a posting is scored.
    ///   - rows: the rows.
    ///   - sums: a sum for each of the rows.
    ///   - tally: counts the blocks that were read.
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func addScores(
        of postings: TermPostings, _ score: TermScore, rows: Range<Int>, to sums: inout [Float],
        _ tally: inout PostingsTally
    ) throws(ShardsError) {
        precondition(sums.count >= rows.count && rows.upperBound <= rowCount, "a sum for each row")
        let lengths = try bytes(header.lengths..<header.lengths + 2 * rowCount)
        try forEachBlock(of: postings, in: rows) { buffer, _ in
            tally.readBlocks += 1
            PostingsKernel.add(buffer, lengths, score, rows: rows, to: &sums)
        }
    }

    /// A score that no posting of some rows exceeds.
    ///
    /// Only the table of the blocks is read: it has the largest count and the least length of each. A short list has no table, and
    /// its bound is that of any posting.
    ///
    /// - Parameters:
    ///   - postings: a term's postings in this shard.
    ///   - score: how a posting is scored.
    ///   - rows: the rows.
    /// - Returns: the bound.
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func bound(
        of postings: TermPostings, _ score: TermScore, rows: Range<Int>
    ) throws(ShardsError) -> Double {
        switch postings.form {
        case .single(let posting):
            guard rows.contains(posting.row) else { return 0 }
            return score(count: posting.count, words: try wordCount(ofRow: posting.row))
        case .short:
            // To know better the list would have to be read.
            return score(count: Int(UInt16.max), words: 0)
        case .blocks(let table, _):
            let entries = try bytes(table)
            let count = table.count / PostingsBlock.byteCount
            var bound = 0.0
            var block = Self.first(of: entries, count, atOrAfter: rows.lowerBound)
            var previous = block == 0 ? -1 : PostingsBlock(entries, block - 1).lastRow
            while block < count, previous + 1 < rows.upperBound {
                let entry = PostingsBlock(entries, block)
                bound = max(bound, score(count: entry.largestCount, words: entry.leastLength))
                previous = entry.lastRow
                block += 1
            }
            return bound
        }
    }

    /// The rows in which a term stands, in order, dead ones included.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func rows(of postings: TermPostings) throws(ShardsError) -> [Int] {
        var rows: [Int] = []
        rows.reserveCapacity(postings.rowCount)
        try forEachPosting(of: postings) { rows.append($0.row) }
        return rows
    }

    /// Calls `body` for every posting.
    func forEachPosting(of postings: TermPostings, _ body: (Posting) -> Void) throws(ShardsError) {
        try forEachBlock(of: postings, in: 0..<rowCount) { buffer, _ in
            for place in 0..<buffer.count {
                body(Posting(row: Int(buffer.rows[place]), count: Int(buffer.counts[place])))
            }
        }
    }

    /// Calls `body` for every block that may have postings of the rows, with the range of rows whose postings are all in it.
    func forEachBlock(
        of postings: TermPostings, in rows: Range<Int>, _ body: (borrowing PostingsBuffer, Range<Int>) -> Void
    ) throws(ShardsError) {
        guard !rows.isEmpty else { return }
        var buffer = PostingsBuffer()
        switch postings.form {
        case .single(let posting):
            buffer.hold(posting)
            body(buffer, 0..<rowCount)
        case .short(let range):
            let list = try bytes(range)
            guard buffer.read(list, count: postings.rowCount, after: -1, rowCount: rowCount) else {
                throw corrupt(range.lowerBound, "a list of postings makes no sense")
            }
            body(buffer, 0..<rowCount)
        case .blocks(let table, let data):
            try forEachBlock(table, data, postings.rowCount, in: rows, &buffer, body)
        }
    }

    private func forEachBlock(
        _ table: Range<Int>, _ data: Range<Int>, _ postingCount: Int, in rows: Range<Int>,
        _ buffer: inout PostingsBuffer, _ body: (borrowing PostingsBuffer, Range<Int>) -> Void
    ) throws(ShardsError) {
        let entries = try bytes(table)
        let count = table.count / PostingsBlock.byteCount
        var block = Self.first(of: entries, count, atOrAfter: rows.lowerBound)
        while block < count {
            let entry = PostingsBlock(entries, block)
            let previous = block == 0 ? -1 : PostingsBlock(entries, block - 1).lastRow
            guard previous + 1 < rows.upperBound else { return }
            let end = block + 1 < count ? PostingsBlock(entries, block + 1).offset : data.count
            guard entry.offset <= end, end <= data.count, entry.lastRow < rowCount, previous < entry.lastRow else {
                throw corrupt(table.lowerBound, "the table of a list of postings makes no sense")
            }
            let list = try bytes(data.lowerBound + entry.offset..<data.lowerBound + end)
            let rest = min(postingCount - block * PostingsKernel.count, PostingsKernel.count)
            let isRead =
                rest == PostingsKernel.count
                ? buffer.unpack(list, after: previous, lastRow: entry.lastRow)
                : buffer.read(list, count: rest, after: previous, rowCount: rowCount)
            guard isRead else { throw corrupt(data.lowerBound + entry.offset, "a block of postings makes no sense") }
            body(buffer, previous + 1..<entry.lastRow + 1)
            block += 1
        }
    }

    /// The first block whose last row is not before `row`.
    private static func first(of table: RawSpan, _ count: Int, atOrAfter row: Int) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if PostingsBlock(table, middle).lastRow < row { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
