import Glibc

/// Memory aligned to cache lines, as the vector loops and oneDNN like it; freed with its owner.
@safe
final class AlignedMemory: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let byteCount: Int

    /// - Throws: `EncodingError` of code `.system` when there is no memory.
    init(byteCount: Int) throws(EncodingError) {
        // aligned_alloc wants a multiple of the alignment.
        let rounded = (max(byteCount, 1) + 63) / 64 * 64
        guard let start = unsafe aligned_alloc(64, rounded) else {
            throw EncodingError(.system, "no memory for \(rounded) bytes")
        }
        unsafe self.start = start
        self.byteCount = rounded
    }

    /// The same, all zero: rows past those in use are multiplied too, and must hold numbers.
    convenience init(zeroed byteCount: Int) throws(EncodingError) {
        try self.init(byteCount: byteCount)
        unsafe memset(start, 0, self.byteCount)
    }

    deinit { unsafe free(start) }

    /// The memory as elements of one type.
    func elements<Element: BitwiseCopyable>(_ type: Element.Type) -> UnsafeMutablePointer<Element> {
        unsafe start.assumingMemoryBound(to: type)
    }
}
