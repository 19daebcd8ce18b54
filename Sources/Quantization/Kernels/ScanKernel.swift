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

    private func scan(_ rows: UnsafePointer<UInt8>, count: Int, into scores: UnsafeMutablePointer<Double>) -> Double {
        let table = unsafe kernels.table.pointee
        switch plan {
        case .codes(let weights, let flip, let scale, let offset):
            return unsafe withPlanes(weights) { words, high, low in
                var query = unsafe vectorspool_code_query(
                    dimension: bytesPerRow, flip: flip, weights: words, high: high, low: low, scale: scale,
                    offset: offset)
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
