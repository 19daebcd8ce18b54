import CZstd
import SystemPackage

/// Decompresses zstd data of any size in pieces and verifies the checksums of frames that have them.
@safe
package struct ZstandardStream: ~Copyable {
    private let context: OpaquePointer
    private var isWithinFrame = false

    /// The most bytes that one call returns.
    package static let pieceByteCount = 128 << 10

    /// Makes a stream at the beginning of its data.
    ///
    /// - Throws: `PlatformError` of code `.system`, cause `.noMemory`.
    package init() throws(PlatformError) {
        guard let context = unsafe ZSTD_createDCtx() else {
            throw PlatformError(.system, "make a zstd context", cause: .noMemory)
        }
        unsafe self.context = context
    }

    deinit {
        unsafe ZSTD_freeDCtx(context)
    }

    /// Whether the data may end here, with no frame open.
    package var isComplete: Bool { !isWithinFrame }

    /// Takes some of the next bytes and returns their decompressed content, at most `pieceByteCount` bytes.
    ///
    /// - Parameter input: the bytes that were not taken before; empty to get the remaining content of earlier ones.
    /// - Returns: the content and the number of bytes taken. No content and nothing taken means that more input is
    ///   needed.
    /// - Throws: `PlatformError` of code `.corrupt`.
    package mutating func decompress(
        _ input: borrowing RawSpan
    ) throws(PlatformError) -> (content: [UInt8], taken: Int) {
        var taken = 0
        var hint = 0
        let content = unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceByteCount) { buffer, initialized in
            unsafe input.withUnsafeBytes { source in
                var incoming = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                var outgoing = unsafe ZSTD_outBuffer(dst: buffer.baseAddress, size: buffer.count, pos: 0)
                hint = unsafe ZSTD_decompressStream(context, &outgoing, &incoming)
                taken = unsafe incoming.pos
                initialized = unsafe ZSTD_isError(hint) == 0 ? outgoing.pos : 0
            }
        }
        try Zstandard.check(hint, "decompress")
        if taken > 0 || !content.isEmpty { isWithinFrame = hint != 0 }
        return (content, taken)
    }
}
