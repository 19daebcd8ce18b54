import CKernels

/// Finds the extremes of embeddings, in C.
enum CalibrationKernel {
    /// Returns the index of the first NaN or infinity.
    static func firstNotFinite(in values: Span<Float>) -> Int? {
        let index = unsafe values.withUnsafeBufferPointer { values in
            unsafe vectorspool_first_not_finite(values.baseAddress, values.count)
        }
        return index < 0 ? nil : Int(index)
    }

    /// Widens the extremes of each dimension to include whole finite rows.
    static func widen(minima: inout [Float], maxima: inout [Float], with rows: Span<Float>) {
        let dimension = minima.count
        precondition(maxima.count == dimension && rows.count.isMultiple(of: dimension), "whole rows of one dimension")
        unsafe minima.withUnsafeMutableBufferPointer { minima in
            unsafe maxima.withUnsafeMutableBufferPointer { maxima in
                unsafe rows.withUnsafeBufferPointer { values in
                    unsafe vectorspool_widen_extremes(
                        values.baseAddress, values.count / dimension, dimension, minima.baseAddress, maxima.baseAddress)
                }
            }
        }
    }
}
