import CZstd
import SystemPackage

/// A zstd decompression context that verifies the checksums of frames that have them.
@safe
package struct ZstandardDecompressor: ~Copyable {
    private let context: OpaquePointer

    /// Makes a context.
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

    /// Decompresses one frame whose content has exactly `byteCount` bytes.
    ///
    /// It first compares the size in the frame, so a wrong number from a file allocates nothing. Throws `PlatformError`
    /// of code `.corrupt`.
    package mutating func decompress(
        _ frame: borrowing RawSpan, byteCount: Int
    ) throws(PlatformError) -> [UInt8] {
        guard Zstandard.contentByteCount(frame) == byteCount else {
            throw PlatformError(
                .corrupt, "decompress a zstd frame", detail: "its content is not of \(byteCount) bytes")
        }
        var result = 0
        let content = unsafe [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, initialized in
            result = unsafe frame.withUnsafeBytes { source in
                unsafe ZSTD_decompressDCtx(context, buffer.baseAddress, byteCount, source.baseAddress, source.count)
            }
            initialized = ZSTD_isError(result) == 0 ? result : 0
        }
        try Zstandard.check(result, "decompress a zstd frame")
        guard content.count == byteCount else {
            throw PlatformError(.corrupt, "decompress a zstd frame", detail: "its content is cut short")
        }
        return content
    }

    /// Decompresses all frames of a file from others, whether or not they state their size.
    ///
    /// Throws `PlatformError`: `.tooLarge` when the result exceeds `limit` bytes, since a small file can claim
    /// terabytes; `.corrupt` for damaged or truncated data.
    package mutating func decompressAll(
        _ bytes: borrowing RawSpan, limit: Int
    ) throws(PlatformError) -> [UInt8] {
        try Zstandard.check(
            unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only), "set up zstd")
        let chunk = Int(ZSTD_DStreamOutSize())
        var content: [UInt8] = []
        var consumed = 0
        var pending = 0
        var isDraining = false
        while consumed < bytes.byteCount || isDraining {
            let rest = bytes.extracting(consumed..<bytes.byteCount)
            var taken = 0
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: chunk) { buffer, initialized in
                unsafe rest.withUnsafeBytes { source in
                    var input = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
                    var output = unsafe ZSTD_outBuffer(dst: buffer.baseAddress, size: chunk, pos: 0)
                    pending = unsafe ZSTD_decompressStream(context, &output, &input)
                    taken = unsafe input.pos
                    initialized = unsafe ZSTD_isError(pending) == 0 ? output.pos : 0
                }
            }
            try Zstandard.check(pending, "decompress")
            guard content.count + piece.count <= limit else {
                throw PlatformError(.tooLarge, "decompress", detail: "more than \(limit) bytes")
            }
            consumed += taken
            content += piece
            // A full output buffer may hide more output of input that is already consumed.
            isDraining = piece.count == chunk && pending != 0
        }
        guard pending == 0 else {
            throw PlatformError(.corrupt, "decompress", detail: "the data ends within a zstd frame")
        }
        return content
    }
}
