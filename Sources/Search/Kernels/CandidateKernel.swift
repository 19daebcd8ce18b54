import CKernels

/// Finds the rows of a block whose score, with the sums of words, is high enough to be looked at; in C.
enum CandidateKernel {
    /// The first place, from `start` on, with `scores[place] + weight * sums[place] >= floor`; nil when there is none.
    ///
    /// Without scores the sums alone count.
    static func next(
        _ scores: Span<Double>?, _ sums: Span<Float>, weight: Double, floor: Double, from start: Int
    ) -> Int? {
        let count = sums.count
        let place: Int
        if let scores {
            precondition(scores.count >= count, "a score for each sum")
            place = unsafe scores.withUnsafeBufferPointer { scores in
                unsafe sums.withUnsafeBufferPointer { sums in
                    unsafe vectorspool_next_candidate(scores.baseAddress, sums.baseAddress, weight, floor, start, count)
                }
            }
        } else {
            place = unsafe sums.withUnsafeBufferPointer { sums in
                unsafe vectorspool_next_candidate(nil, sums.baseAddress, weight, floor, start, count)
            }
        }
        return place < count ? place : nil
    }
}
