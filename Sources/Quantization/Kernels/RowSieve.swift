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
    private let memories: [Memory?]
    /// How many numbers were given for a query to add; nil when it adds none.
    private var addedCounts: [Int?]

    /// What C reads and writes for one query.
    @safe
    private struct Memory {
        let words: UnsafeMutablePointer<Int16>
        let high: UnsafeMutablePointer<Int8>
        let low: UnsafeMutablePointer<Int8>
        let added: UnsafeMutablePointer<Float>
        let found: UnsafeMutablePointer<UInt32>

        init(_ weights: IntegerWeights, rowLimit: Int) {
            unsafe words = .allocate(capacity: weights.weights.count)
            unsafe high = .allocate(capacity: weights.high.count)
            unsafe low = .allocate(capacity: weights.low.count)
            unsafe added = .allocate(capacity: rowLimit)
            unsafe found = .allocate(capacity: rowLimit)
            unsafe added.initialize(repeating: 0, count: rowLimit)
            unsafe found.initialize(repeating: 0, count: rowLimit)
            for index in weights.weights.indices {
                unsafe (words + index).initialize(to: weights.weights[index])
                unsafe (high + index).initialize(to: weights.high[index])
                unsafe (low + index).initialize(to: weights.low[index])
            }
        }

        func deallocate() {
            unsafe words.deallocate()
            unsafe high.deallocate()
            unsafe low.deallocate()
            unsafe added.deallocate()
            unsafe found.deallocate()
        }
    }

    /// Prepares queries for at most `rowLimit` rows at a time; nil when none of them is for rows of codes.
    ///
    /// - Parameters:
    ///   - queries: the queries; those that are nil or not for rows of codes never look for anything.
    ///   - rowLimit: the most rows of a call of `sift`.
    package init?(_ queries: [ScoringQuery?], rowLimit: Int) {
        let codes = queries.map { query in query.flatMap { $0.isOfCodes ? $0 : nil } }
        guard let first = codes.lazy.compactMap({ $0 }).first,
            codes.allSatisfy({ $0 == nil || $0?.bytesPerRow == first.bytesPerRow })
        else { return nil }
        plans = codes.map { $0?.plan }
        (kernels, bytesPerRow, self.rowLimit) = (first.kernels, first.bytesPerRow, rowLimit)
        addedCounts = Array(repeating: nil, count: queries.count)
        unsafe sieves = .allocate(capacity: queries.count)
        var memories: [Memory?] = []
        for index in plans.indices {
            guard case .codes(let weights, let flip, let scale, let offset, let unrounded) = plans[index] else {
                unsafe sieves.initializeElement(at: index, to: vectorspool_sieve())
                memories.append(nil)
                continue
            }
            let memory = Memory(weights, rowLimit: rowLimit)
            memories.append(memory)
            var sieve = unsafe vectorspool_sieve()
            unsafe sieve.query = vectorspool_code_query(
                dimension: bytesPerRow, flip: flip, weights: memory.words, high: memory.high, low: memory.low,
                scale: scale, offset: offset, unrounded: nil)
            unsafe sieve.slack = unrounded.map { Self.slack($0, weights, scale: scale) } ?? 0
            // A code is at most 255, so the low halves add no more than this.
            let lowest = weights.low.reduce(0) { $0 + max(Int($1), 0) } * 255
            unsafe sieve.most = Double(lowest) * scale + offset + sieve.slack
            unsafe sieve.reach = Double(weights.high.reduce(0) { $0 + abs(Int($1)) } * 255)
            unsafe sieve.found = memory.found
            unsafe sieves.initializeElement(at: index, to: sieve)
        }
        self.memories = memories
    }

    /// What the exact score of a row can be higher than the one by rounded weights: each code is at most 255.
    ///
    /// Both are sums in double precision, whose own rounding is far below the second part.
    private static func slack(_ unrounded: [Double], _ weights: IntegerWeights, scale: Double) -> Double {
        var (slack, size) = (0.0, 0.0)
        for (place, weight) in unrounded.enumerated() {
            slack += max(weight - scale * Double(weights.weights[place]), 0)
            size += abs(weight)
        }
        return 255 * (slack + 1e-12 * size)
    }

    deinit {
        for memory in memories { memory?.deallocate() }
        unsafe sieves.deallocate()
    }

    /// Whether a query is one for rows of codes.
    package func canFind(_ query: Int) -> Bool { plans[query] != nil }

    /// Lets a query look for rows that have at least a score.
    package func look(_ query: Int, from score: Double) {
        unsafe sieves[query].is_active = plans[query] == nil ? 0 : 1
        unsafe sieves[query].floor = score
        unsafe sieves[query].added = nil
        addedCounts[query] = nil
    }

    /// Lets a query look for rows that have at least a score together with `weight` times the number at the row's place in `numbers`.
    ///
    /// These parts are rounded to single precision three times, by which the caller lowers `score`.
    package func look(_ query: Int, from score: Double, adding numbers: Span<Float>, times weight: Double) {
        precondition(numbers.count <= rowLimit, "no more rows than there is room for")
        look(query, from: score)
        guard let added = unsafe memories[query]?.added else { return }
        for index in numbers.indices { unsafe added[index] = numbers[index] }
        unsafe sieves[query].added = UnsafePointer(added)
        unsafe sieves[query].weight = weight
        addedCounts[query] = numbers.count
    }

    /// Lets a query look for nothing.
    package func rest(_ query: Int) {
        unsafe sieves[query].is_active = 0
        addedCounts[query] = nil
    }

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
        precondition(queries.allSatisfy { addedCounts[$0].map { $0 >= count } ?? true }, "a number for each row")
        unsafe rows.withUnsafeBytes { rows in
            guard let first = unsafe sieves.baseAddress, let codes = rows.baseAddress else {
                for query in queries { unsafe sieves[query].found_count = 0 }
                return
            }
            unsafe kernels.table.pointee.find_codes(
                codes.assumingMemoryBound(to: UInt8.self), count, bytesPerRow, first + queries.lowerBound, queries.count
            )
        }
    }

    /// The rows that the last call found for a query, in order: all that it looks for, and perhaps some others.
    @_lifetime(borrow self)
    package func found(by query: Int) -> Span<UInt32> {
        let found = unsafe UnsafeBufferPointer(start: sieves[query].found, count: sieves[query].found_count)
        return unsafe _overrideLifetime(Span(_unsafeElements: found), borrowing: self)
    }
}
