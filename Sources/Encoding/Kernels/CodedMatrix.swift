import CKernels

/// The weights of a linear layer as signed bytes with a scale for each column: weight = scale * code.
///
/// Symmetric, so that a column needs no zero of its own, and a column at a time, because columns differ tenfold in size.
struct CodedMatrix {
    /// Row-major `[columns][depth]` signed bytes, -127 to 127.
    let codes: AlignedMemory
    /// `columns` floats.
    let scales: AlignedMemory
    /// `columns` floats: the sum of a column's codes times its scale, which rows of unsigned codes multiply with their minimum.
    let corrections: AlignedMemory

    /// Rounds row-major `[columns][depth]` floats.
    ///
    /// - Throws: `EncodingError` of code `.system` when there is no memory.
    init(_ weights: AlignedMemory, depth: Int, columns: Int) throws(EncodingError) {
        codes = try AlignedMemory(byteCount: depth * columns)
        scales = try AlignedMemory(byteCount: columns * 4)
        corrections = try AlignedMemory(byteCount: columns * 4)
        for column in 0..<columns {
            let row = unsafe weights.elements(Float.self) + column * depth
            let result = unsafe codes.elements(Int8.self) + column * depth
            var largest: Float = 0
            for index in 0..<depth { unsafe largest = max(largest, row[index].magnitude) }
            let scale = largest / 127
            let inverse = largest > 0 ? 127 / largest : 0
            var sum: Int32 = 0
            for index in 0..<depth {
                let code = unsafe (row[index] * inverse).rounded()
                // Not a number in the weights must not end the process.
                let limited = Int8(code >= -127 ? min(code, 127) : -127)
                unsafe result[index] = limited
                sum += Int32(limited)
            }
            unsafe scales.elements(Float.self)[column] = scale
            unsafe corrections.elements(Float.self)[column] = Float(sum) * scale
        }
    }
}

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
