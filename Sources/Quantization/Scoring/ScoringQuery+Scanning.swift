extension ScoringQuery {
    /// Writes the score of each row to the start of `scores`, which has room for every row.
    ///
    /// `rows` contains rows of `bytesPerRow` bytes without gaps, at any alignment, such as a block of a shard.
    package func score(rows: RawSpan, into scores: inout MutableSpan<Double>) {
        let kernel = ScanKernel(plan: plan, bytesPerRow: bytesPerRow, kernels: kernels)
        _ = kernel.scan(rows, into: &scores)
    }

    /// Returns the exact integers behind the scores, or nil for float32 rows.
    ///
    /// With the sentence-transformers scorer they are the scores. With the folded scorer they are the weighted sums
    /// before scale and offset.
    package func integerScores(rows: RawSpan) -> [Int64]? {
        if case .floats = plan { return nil }
        let kernel = ScanKernel(
            plan: scorer == .folded ? plan.unscaled : plan, bytesPerRow: bytesPerRow, kernels: kernels)
        var scores = Array(repeating: 0.0, count: rows.byteCount / bytesPerRow)
        var span = scores.mutableSpan
        _ = kernel.scan(rows, into: &span)
        return scores.map { Int64($0) }
    }

    /// Writes the exact score of each row that begins at one of `offsets` in `bytes` to the start of `scores`.
    ///
    /// With the folded scorer it is that of the values that the codes stand for, in double precision; `score(rows:)` rounds the query.
    package func score(_ bytes: RawSpan, at offsets: [Int], into scores: inout MutableSpan<Double>) {
        if isOfCodes {
            return ScanKernel(plan: plan, bytesPerRow: bytesPerRow, kernels: kernels).scan(
                bytes, at: offsets, into: &scores)
        }
        var score = InlineArray<1, Double>(repeating: 0)
        for (place, offset) in offsets.enumerated() {
            var one = score.mutableSpan
            self.score(rows: bytes.extracting(offset..<offset + bytesPerRow), into: &one)
            scores[place] = score[0]
        }
    }

    /// Scores rows numbered from `firstRow` and keeps the best of those that `isIncluded` accepts.
    ///
    /// The filter (tombstones, paths) is called only for rows that can enter the list, and the others cost nothing
    /// beyond their score. So a scan runs at the speed of memory.
    package func scan(
        rows: RawSpan, firstRow: UInt64, into top: inout TopRows,
        where isIncluded: (_ row: UInt64) -> Bool = { _ in true }
    ) {
        let kernel = ScanKernel(plan: plan, bytesPerRow: bytesPerRow, kernels: kernels)
        let rowCount = rows.byteCount / bytesPerRow
        // The scores fit the first-level cache, and a block of 384-byte rows has fewer, 320.
        var scratch = InlineArray<512, Double>(repeating: 0)
        var numbers = InlineArray<512, UInt32>(repeating: 0)
        var start = 0
        while start < rowCount {
            let count = min(512, rowCount - start)
            let chunk = rows.extracting(start * bytesPerRow..<(start + count) * bytesPerRow)
            var scores = scratch.mutableSpan
            if case .planes = plan {
                var found = numbers.mutableSpan
                for place in 0..<kernel.find(chunk, from: top.floor, &found, &scores) {
                    let candidate = RankedRow(
                        score: scores[place], row: firstRow + UInt64(start) + UInt64(found[place]))
                    if top.admits(candidate), isIncluded(candidate.row) { top.insert(candidate) }
                }
                start += count
                continue
            }
            let best = RankedRow(score: kernel.scan(chunk, into: &scores), row: firstRow + UInt64(start))
            if top.admits(best) {
                for index in 0..<count {
                    let candidate = RankedRow(score: scores[index], row: best.row + UInt64(index))
                    if top.admits(candidate), isIncluded(candidate.row) {
                        top.insert(candidate)
                    }
                }
            }
            start += count
        }
    }
}
