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

    /// - Parameter elementSize: bytes of an element that attention reads and writes.
    init(width: Int, elementSize: Int) throws(EncodingError) {
        self.width = width
        self.elementSize = elementSize
        let none = try AlignedMemory(byteCount: 0)
        (residual, projected, attended) = (none, none, none)
    }

    /// Makes room.
    ///
    /// - Returns: whether it was needed; then everything is zero.
    func reserve(rows: Int) throws(EncodingError) -> Bool {
        guard rows > capacity else { return false }
        // Whole tiles, so that the last product may write past the rows that are in use.
        capacity = (rows + ForwardPass.tileRows - 1) / ForwardPass.tileRows * ForwardPass.tileRows
        residual = try AlignedMemory(zeroed: capacity * width * 4)
        projected = try AlignedMemory(zeroed: capacity * 3 * width * elementSize)
        attended = try AlignedMemory(zeroed: capacity * width * elementSize)
        return true
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
