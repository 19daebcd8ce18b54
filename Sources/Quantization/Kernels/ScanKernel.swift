import CKernels

/// Scores contiguous rows, in C.
struct ScanKernel {
    let plan: ScoringPlan
    let bytesPerRow: Int
    let kernels: ScanKernels

    /// Writes the score of every row to the start of `scores`; returns the largest, or -infinity without rows.
    func scan(_ rows: RawSpan, into scores: inout MutableSpan<Double>) -> Double {
        let count = rows.byteCount / bytesPerRow
        precondition(rows.byteCount == count * bytesPerRow && count <= scores.count, "whole rows, and a score for each")
        return unsafe scores.withUnsafeMutableBufferPointer { scores in
            unsafe rows.withUnsafeBytes { rows in
                guard let codes = rows.baseAddress, let scores = scores.baseAddress else { return -.infinity }
                return unsafe scan(codes.assumingMemoryBound(to: UInt8.self), count: count, into: scores)
            }
        }
    }

    /// Finds the rows whose score is at least `floor`, for a plan of planes, and writes their numbers and scores to the start of the
    /// spans, which have room for all rows.
    ///
    /// - Returns: how many there are.
    func find(
        _ rows: RawSpan, from floor: Double, _ found: inout MutableSpan<UInt32>, _ scores: inout MutableSpan<Double>
    ) -> Int {
        guard case .planes(let weights, let scale, let offset) = plan else { preconditionFailure("a plan of planes") }
        let count = rows.byteCount / bytesPerRow
        precondition(
            rows.byteCount == count * bytesPerRow && count <= min(scores.count, found.count),
            "whole rows, with room for all")
        let table = unsafe kernels.table.pointee
        return unsafe rows.withUnsafeBytes { rows in
            unsafe found.withUnsafeMutableBufferPointer { found in
                unsafe scores.withUnsafeMutableBufferPointer { scores in
                    unsafe weights.planes.withUnsafeBufferPointer { planes in
                        var query = unsafe vectorspool_plane_query(
                            bytes: bytesPerRow, planes: planes.baseAddress, scale: scale, offset: offset)
                        let first = unsafe rows.baseAddress?.assumingMemoryBound(to: UInt8.self)
                        return unsafe table.find_planes(
                            first, count, &query, floor, found.baseAddress, scores.baseAddress)
                    }
                }
            }
        }
    }

    /// Writes the exact scores of rows that begin at some offsets to the start of `scores`, for a plan of codes.
    func scan(_ bytes: RawSpan, at offsets: [Int], into scores: inout MutableSpan<Double>) {
        guard case .codes(let weights, let flip, let scale, let offset, let unrounded) = plan else {
            preconditionFailure("a plan of codes")
        }
        precondition(
            offsets.count <= scores.count && offsets.allSatisfy { $0 >= 0 && $0 <= bytes.byteCount - bytesPerRow },
            "rows within the bytes, and a score for each")
        let table = unsafe kernels.table.pointee
        unsafe bytes.withUnsafeBytes { bytes in
            unsafe offsets.withUnsafeBufferPointer { offsets in
                unsafe scores.withUnsafeMutableBufferPointer { scores in
                    unsafe withUnrounded(unrounded) { unrounded in
                        _ = unsafe withPlanes(weights) { words, high, low in
                            var query = unsafe vectorspool_code_query(
                                dimension: bytesPerRow, flip: flip, weights: words, high: high, low: low, scale: scale,
                                offset: offset, unrounded: unrounded)
                            unsafe table.score_codes(
                                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), offsets.baseAddress,
                                offsets.count, &query, scores.baseAddress)
                            return 0
                        }
                    }
                }
            }
        }
    }

    private func scan(_ rows: UnsafePointer<UInt8>, count: Int, into scores: UnsafeMutablePointer<Double>) -> Double {
        let table = unsafe kernels.table.pointee
        switch plan {
        case .codes(let weights, let flip, let scale, let offset, _):
            return unsafe withPlanes(weights) { words, high, low in
                var query = unsafe vectorspool_code_query(
                    dimension: bytesPerRow, flip: flip, weights: words, high: high, low: low, scale: scale,
                    offset: offset, unrounded: nil)
                return unsafe table.scan_codes(rows, count, &query, scores)
            }
        case .signs(let weights, let scale, let offset):
            return unsafe withPlanes(weights) { words, high, low in
                var query = unsafe vectorspool_sign_query(
                    bytes: bytesPerRow, weights: words, high: high, low: low, scale: scale, offset: offset)
                return unsafe table.scan_signs(rows, count, &query, scores)
            }
        case .planes(let weights, let scale, let offset):
            return unsafe weights.planes.withUnsafeBufferPointer { planes in
                var query = unsafe vectorspool_plane_query(
                    bytes: bytesPerRow, planes: planes.baseAddress, scale: scale, offset: offset)
                return unsafe table.scan_planes(rows, count, &query, scores)
            }
        case .hamming(let query):
            return unsafe table.scan_hamming(rows, count, bytesPerRow, query, scores)
        case .floats(let query):
            return unsafe table.scan_floats(rows, count, query.count, query, scores)
        }
    }

    private func withUnrounded(_ weights: [Double]?, _ body: (UnsafePointer<Double>?) -> Void) {
        guard let weights else { return body(nil) }
        unsafe weights.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
    }

    private func withPlanes(
        _ weights: IntegerWeights, _ body: (UnsafePointer<Int16>?, UnsafePointer<Int8>?, UnsafePointer<Int8>?) -> Double
    ) -> Double {
        unsafe weights.weights.withUnsafeBufferPointer { words in
            unsafe weights.high.withUnsafeBufferPointer { high in
                unsafe weights.low.withUnsafeBufferPointer { low in
                    unsafe body(words.baseAddress, high.baseAddress, low.baseAddress)
                }
            }
        }
    }
}
