import CKernels

/// Finds, for many queries in one pass over rows of codes, the rows whose scores can reach what each query needs.
///
/// Half of a query's weights tell nearly always that a row cannot (the idea of VA-file, Weber and others 1998), so few rows need an
/// exact score. It keeps the queries' weights in memory of its own, where C finds them, and belongs to one task.
@safe
package final class RowSieve {
    private let plans: [ScoringPlan?]
    private let kernels: ScanKernels
    private let bytesPerRow: Int
    private let rowLimit: Int
    private let sieves: UnsafeMutableBufferPointer<vectorspool_sieve>
    private let bytes: UnsafeMutableRawBufferPointer

    /// Prepares queries for at most `rowLimit` rows at a time.
    ///
    /// - Parameters:
    ///   - queries: the queries; those that are nil or not for rows of codes are never looked for.
    ///   - rowLimit: the most rows of a call of `sift`.
    package init?(_ queries: [ScoringQuery?], rowLimit: Int) {
        let codes = queries.map { query in query.flatMap { $0.isOfCodes ? $0 : nil } }
        guard let first = codes.lazy.compactMap({ $0 }).first,
            codes.allSatisfy({ $0 == nil || $0?.bytesPerRow == first.bytesPerRow })
        else { return nil }
        plans = codes.map { $0?.plan }
        (kernels, bytesPerRow, self.rowLimit) = (first.kernels, first.bytesPerRow, rowLimit)
        // For each query its weights, as words and as two planes of bytes, then a number added to each row, then the rows found.
        let padded = (bytesPerRow + 63) / 64 * 64
        let needed = 4 * padded + 8 * ((rowLimit + 15) / 16 * 16)
        unsafe bytes = .allocate(byteCount: max(needed * queries.count, 64), alignment: 64)
        unsafe sieves = .allocate(capacity: queries.count)
        for index in queries.indices {
            let start = unsafe bytes.baseAddress.map { unsafe $0 + index * needed }
            unsafe sieves.initializeElement(
                at: index, to: Self.sieve(plans[index], bytesPerRow, padded, rowLimit, start))
        }
    }

    deinit {
        unsafe bytes.deallocate()
        unsafe sieves.deallocate()
    }

    private static func sieve(
        _ plan: ScoringPlan?, _ dimension: Int, _ padded: Int, _ rowLimit: Int, _ start: UnsafeMutableRawPointer?
    ) -> vectorspool_sieve {
        var sieve = unsafe vectorspool_sieve()
        unsafe sieve.query.dimension = dimension
        guard case .codes(let weights, let flip, let scale, let offset) = plan, let start = unsafe start else {
            return unsafe sieve
        }
        let words = unsafe start.assumingMemoryBound(to: Int16.self)
        let high = unsafe (start + 2 * padded).assumingMemoryBound(to: Int8.self)
        let low = unsafe (start + 3 * padded).assumingMemoryBound(to: Int8.self)
        for index in 0..<padded {
            unsafe (words[index], high[index], low[index]) = (
                weights.weights[index], weights.high[index], weights.low[index]
            )
        }
        unsafe sieve.query = vectorspool_code_query(
            dimension: dimension, flip: flip, weights: words, high: high, low: low, scale: scale, offset: offset)
        // A code is at most 255, so the low halves add no more than this.
        let lowest = weights.low.reduce(0) { $0 + max(Int($1), 0) } * 255
        unsafe sieve.most = Double(lowest) * scale + offset
        unsafe sieve.reach = Double(weights.high.reduce(0) { $0 + abs(Int($1)) } * 255) * 128 * scale
        unsafe sieve.found = (start + 4 * padded + 4 * ((rowLimit + 15) / 16 * 16)).assumingMemoryBound(to: UInt32.self)
        return unsafe sieve
    }

    /// Whether a query is one for rows of codes.
    package func canFind(_ query: Int) -> Bool { plans[query] != nil }

    /// Lets a query look for rows that have at least a score.
    package func look(_ query: Int, from score: Double) {
        unsafe sieves[query].is_active = plans[query] == nil ? 0 : 1
        unsafe sieves[query].floor = score
        unsafe sieves[query].added = nil
    }

    /// Lets a query look for rows that have at least a score together with `weight` times the number at the row's place in `numbers`.
    ///
    /// Rounding of these parts in single precision is not taken care of.
    package func look(_ query: Int, from score: Double, adding numbers: Span<Float>, times weight: Double) {
        precondition(numbers.count <= rowLimit, "no more rows than there is room for")
        look(query, from: score)
        guard plans[query] != nil, let found = unsafe sieves[query].found else { return }
        let added =
            unsafe UnsafeMutableRawPointer(found).assumingMemoryBound(to: Float.self) - (rowLimit + 15) / 16 * 16
        for index in numbers.indices { unsafe added[index] = numbers[index] }
        unsafe sieves[query].added = UnsafePointer(added)
        unsafe sieves[query].weight = weight
    }

    /// Lets a query look for nothing.
    package func rest(_ query: Int) { unsafe sieves[query].is_active = 0 }

    /// Looks through rows, without gaps and at any alignment, for all queries that look for some.
    package func sift(_ rows: RawSpan) {
        sift(rows, plans.indices)
    }

    /// Looks through rows for one query.
    package func sift(_ rows: RawSpan, for query: Int) {
        sift(rows, query..<query + 1)
    }

    private func sift(_ rows: RawSpan, _ queries: Range<Int>) {
        let count = rows.byteCount / bytesPerRow
        precondition(rows.byteCount == count * bytesPerRow && count <= rowLimit, "whole rows, with room for all")
        unsafe rows.withUnsafeBytes { rows in
            guard let first = unsafe sieves.baseAddress, let codes = rows.baseAddress else {
                for query in queries { unsafe sieves[query].found_count = 0 }
                return
            }
            unsafe kernels.table.pointee.find_codes(
                codes.assumingMemoryBound(to: UInt8.self), count, first + queries.lowerBound, queries.count)
        }
    }

    /// The rows that the last call found for a query, in order: all that it looks for, and perhaps some others.
    @_lifetime(borrow self)
    package func found(by query: Int) -> Span<UInt32> {
        let found = unsafe UnsafeBufferPointer(start: sieves[query].found, count: sieves[query].found_count)
        return unsafe _overrideLifetime(Span(_unsafeElements: found), borrowing: self)
    }
}
