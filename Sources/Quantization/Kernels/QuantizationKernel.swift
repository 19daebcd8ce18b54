import CKernels

/// Converts rows of floats or doubles to codes, in C, at the end of an array that has room for them.
struct QuantizationKernel {
    /// The result of a call.
    struct Outcome {
        /// The index of the first NaN among the values; with one, the codes are meaningless.
        let firstNaN: Int?
        /// The number of values outside their range.
        let clippedCount: Int

        fileprivate init(firstNaN: Int64, clippedCount: UInt64 = 0) {
            self.firstNaN = firstNaN < 0 ? nil : Int(firstNaN)
            self.clippedCount = Int(clippedCount)
        }
    }

    let kernels: ScanKernels
    let dimension: Int
    let flip: UInt8

    /// Quantizes floats to bucket numbers.
    func quantize(
        _ rows: Span<Float>, _ ranges: Ranges, lowest: [Float], highest: [Float], into codes: inout [UInt8],
        at start: Int
    ) -> Outcome {
        check(rows.count, bytesPerRow: dimension, codes: codes, start: start)
        var clipped: UInt64 = 0
        let firstNaN = unsafe withBuckets(ranges, lowest: lowest, highest: highest) { buckets in
            unsafe codes.withUnsafeMutableBufferPointer { codes in
                unsafe rows.withUnsafeBufferPointer { values in
                    unsafe kernels.table.pointee.quantize_floats(
                        values.baseAddress, values.count / dimension, buckets,
                        codes.baseAddress.map { unsafe $0 + start }, &clipped)
                }
            }
        }
        return Outcome(firstNaN: firstNaN, clippedCount: clipped)
    }

    /// Quantizes doubles to bucket numbers.
    func quantize(
        _ rows: Span<Double>, _ ranges: Ranges, lowest: [Float], highest: [Float], into codes: inout [UInt8],
        at start: Int
    ) -> Outcome {
        check(rows.count, bytesPerRow: dimension, codes: codes, start: start)
        var clipped: UInt64 = 0
        let firstNaN = unsafe withBuckets(ranges, lowest: lowest, highest: highest) { buckets in
            unsafe codes.withUnsafeMutableBufferPointer { codes in
                unsafe rows.withUnsafeBufferPointer { values in
                    unsafe vectorspool_quantize_doubles(
                        values.baseAddress, values.count / dimension, buckets,
                        codes.baseAddress.map { unsafe $0 + start }, &clipped)
                }
            }
        }
        return Outcome(firstNaN: firstNaN, clippedCount: clipped)
    }

    /// Packs the signs of floats into bits.
    func packSigns(_ rows: Span<Float>, into codes: inout [UInt8], at start: Int) -> Outcome {
        check(rows.count, bytesPerRow: (dimension + 7) / 8, codes: codes, start: start)
        let firstNaN = unsafe codes.withUnsafeMutableBufferPointer { codes in
            unsafe rows.withUnsafeBufferPointer { values in
                unsafe vectorspool_pack_float_signs(
                    values.baseAddress, values.count / dimension, dimension, flip,
                    codes.baseAddress.map { unsafe $0 + start })
            }
        }
        return Outcome(firstNaN: firstNaN)
    }

    /// Packs the signs of doubles into bits.
    func packSigns(_ rows: Span<Double>, into codes: inout [UInt8], at start: Int) -> Outcome {
        check(rows.count, bytesPerRow: (dimension + 7) / 8, codes: codes, start: start)
        let firstNaN = unsafe codes.withUnsafeMutableBufferPointer { codes in
            unsafe rows.withUnsafeBufferPointer { values in
                unsafe vectorspool_pack_double_signs(
                    values.baseAddress, values.count / dimension, dimension, flip,
                    codes.baseAddress.map { unsafe $0 + start })
            }
        }
        return Outcome(firstNaN: firstNaN)
    }

    /// Copies floats unchanged.
    func copy(_ rows: Span<Float>, into codes: inout [UInt8], at start: Int) -> Outcome {
        check(rows.count, bytesPerRow: dimension * 4, codes: codes, start: start)
        let firstNaN = unsafe codes.withUnsafeMutableBufferPointer { codes in
            unsafe rows.withUnsafeBufferPointer { values in
                unsafe vectorspool_copy_floats(
                    values.baseAddress, values.count, codes.baseAddress.map { unsafe $0 + start })
            }
        }
        return Outcome(firstNaN: firstNaN)
    }

    /// Stores doubles as the nearest floats.
    func narrow(_ rows: Span<Double>, into codes: inout [UInt8], at start: Int) -> Outcome {
        check(rows.count, bytesPerRow: dimension * 4, codes: codes, start: start)
        let firstNaN = unsafe codes.withUnsafeMutableBufferPointer { codes in
            unsafe rows.withUnsafeBufferPointer { values in
                unsafe vectorspool_narrow_doubles(
                    values.baseAddress, values.count, codes.baseAddress.map { unsafe $0 + start })
            }
        }
        return Outcome(firstNaN: firstNaN)
    }

    private func withBuckets(
        _ ranges: Ranges, lowest: [Float], highest: [Float], _ body: (UnsafePointer<vectorspool_buckets>) -> Int64
    ) -> Int64 {
        let counts = [ranges.dimension, lowest.count, highest.count]
        precondition(counts.allSatisfy { $0 == dimension }, "one per dimension")
        return unsafe ranges.minima.withUnsafeBufferPointer { starts in
            unsafe ranges.steps.withUnsafeBufferPointer { steps in
                unsafe lowest.withUnsafeBufferPointer { lowest in
                    unsafe highest.withUnsafeBufferPointer { highest in
                        var buckets = unsafe vectorspool_buckets(
                            dimension: dimension, starts: starts.baseAddress, steps: steps.baseAddress,
                            lowest: lowest.baseAddress, highest: highest.baseAddress, flip: flip)
                        return unsafe body(&buckets)
                    }
                }
            }
        }
    }

    private func check(_ values: Int, bytesPerRow: Int, codes: [UInt8], start: Int) {
        precondition(values.isMultiple(of: dimension), "whole rows")
        precondition(start >= 0 && codes.count - start == values / dimension * bytesPerRow, "room for every row")
    }
}
