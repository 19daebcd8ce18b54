import CKernels

/// Rows of activations as unsigned bytes, each row with a range of its own; see `vectorspool_coded_rows`.
@safe
struct CodedRows {
    private let codes: AlignedMemory
    private let steps: AlignedMemory
    private let minima: AlignedMemory

    /// All codes and ranges zero.
    ///
    /// - Throws: `EncodingError` of code `.system` when there is no memory.
    init(rows: Int, width: Int) throws(EncodingError) {
        codes = try AlignedMemory(zeroed: rows * width)
        steps = try AlignedMemory(zeroed: rows * 4)
        minima = try AlignedMemory(zeroed: rows * 4)
    }

    /// The rows as the loops take them.
    var rows: vectorspool_coded_rows {
        unsafe vectorspool_coded_rows(
            codes: codes.elements(UInt8.self), steps: steps.elements(Float.self), minima: minima.elements(Float.self))
    }
}
