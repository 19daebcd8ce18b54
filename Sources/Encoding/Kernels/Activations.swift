import Glibc

/// What a forward pass carries from layer to layer, for all rows of a batch.
@safe
final class Activations {
    private let width: Int
    private let elementSize: Int
    /// Rows that there is room for.
    private(set) var capacity = 0
    /// Residual stream, `rows * width` floats.
    private(set) var residual: AlignedMemory
    /// Query, key and value: `rows * 3 width` elements.
    private(set) var projected: AlignedMemory
    /// What attention makes of them: `rows * width` elements.
    private(set) var attended: AlignedMemory

    /// Makes buffers; `elementSize` is the size in bytes of an element that attention reads and writes.
    init(width: Int, elementSize: Int) throws(EncodingError) {
        self.width = width
        self.elementSize = elementSize
        let none = try AlignedMemory(byteCount: 0)
        (residual, projected, attended) = (none, none, none)
    }

    /// Replaces everything by zeros for `rows` rows; as it was when there is no memory for that.
    ///
    /// - Throws: `EncodingError` of code `.system`.
    func reserve(rows: Int) throws(EncodingError) {
        let residual = try AlignedMemory(zeroed: rows * width * 4)
        let projected = try AlignedMemory(zeroed: rows * 3 * width * elementSize)
        let attended = try AlignedMemory(zeroed: rows * width * elementSize)
        (self.residual, self.projected, self.attended) = (residual, projected, attended)
        capacity = rows
    }

    /// The residual from a row on.
    func residual(from row: Int) -> UnsafeMutablePointer<Float> {
        unsafe residual.elements(Float.self) + row * width
    }

    /// Query, key and value from a row on.
    func projected(from row: Int) -> UnsafeMutableRawPointer {
        unsafe projected.start + row * 3 * width * elementSize
    }

    /// What attention made, from a row on.
    func attended(from row: Int) -> UnsafeMutableRawPointer { unsafe attended.start + row * width * elementSize }
}
