import CKernels
import Platform

/// Packs and unpacks blocks of postings, and adds up their scores, in C.
enum PostingsKernel {
    /// The postings of a block.
    static let count = Int(VECTORSPOOL_POSTINGS)

    typealias Numbers = InlineArray<128, UInt32>

    /// Appends 128 numbers of at most `bits` bits.
    static func pack(_ numbers: [UInt32], bits: Int, to bytes: inout [UInt8]) {
        precondition(numbers.count == count && (0...32).contains(bits), "a block of numbers")
        let start = bytes.count
        bytes += Array(repeating: 0, count: 16 * bits)
        guard bits > 0 else { return }
        unsafe numbers.withUnsafeBufferPointer { numbers in
            unsafe bytes.withUnsafeMutableBufferPointer { bytes in
                unsafe vectorspool_pack(numbers.baseAddress, UInt32(bits), bytes.baseAddress?.advanced(by: start))
            }
        }
    }

    /// Unpacks 128 numbers of `bits` bits, and adds `least` to each; false when there are too few bytes.
    static func unpack(_ packed: RawSpan, bits: Int, adding least: UInt32 = 0, into numbers: inout Numbers) -> Bool {
        guard (0...32).contains(bits), packed.byteCount == 16 * bits else { return false }
        var span = numbers.mutableSpan
        unsafe packed.withUnsafeBytes { packed in
            unsafe span.withUnsafeMutableBufferPointer { numbers in
                let bytes = unsafe packed.baseAddress?.assumingMemoryBound(to: UInt8.self)
                unsafe vectorspool_unpack(bytes, UInt32(bits), least, numbers.baseAddress)
            }
        }
        return true
    }

    /// Turns gaps into rows in place; returns the last.
    static func rows(ofGaps gaps: inout Numbers, after previous: Int) -> Int {
        var span = gaps.mutableSpan
        return unsafe span.withUnsafeMutableBufferPointer { gaps in
            unsafe Int(vectorspool_rows_of_gaps(gaps.baseAddress, Int64(previous)))
        }
    }

    /// Copies the numbers of a block to the start of an array, which has room for them.
    static func copy(_ numbers: borrowing Numbers, to array: inout [UInt32]) {
        precondition(array.count >= count, "room for a block")
        let numbers = numbers.span
        unsafe numbers.withUnsafeBufferPointer { numbers in
            unsafe array.withUnsafeMutableBufferPointer { array in
                _ = unsafe array.update(fromContentsOf: numbers)
            }
        }
    }

    /// Adds the scores of unpacked postings to the sums of the rows of a range.
    ///
    /// The postings' rows have lengths.
    static func add(
        _ postings: borrowing PostingsBuffer, _ lengths: RawSpan, _ score: TermScore, rows: Range<Int>,
        to sums: inout [Float]
    ) {
        let (numbers, counts, count) = (postings.rows.span, postings.counts.span, postings.count)
        var form = vectorspool_term_score(
            weight: Float(score.weight), fixed: Float(score.fixed), slope: Float(score.slope))
        unsafe numbers.withUnsafeBufferPointer { numbers in
            unsafe counts.withUnsafeBufferPointer { counts in
                unsafe lengths.withUnsafeBytes { lengths in
                    unsafe sums.withUnsafeMutableBufferPointer { sums in
                        unsafe vectorspool_add_scores(
                            numbers.baseAddress, counts.baseAddress, count,
                            lengths.baseAddress?.assumingMemoryBound(to: UInt8.self), &form,
                            UInt32(rows.lowerBound), UInt32(rows.upperBound), sums.baseAddress)
                    }
                }
            }
        }
    }
}
