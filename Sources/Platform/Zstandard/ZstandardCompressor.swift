import CZstd
import SystemPackage

/// A zstd compression context that makes whole frames, each with its content size and checksum.
@safe
package struct ZstandardCompressor: ~Copyable {
    private let context: OpaquePointer

    /// Makes a context.
    ///
    /// - Parameter level: 1 to 19; 3 is zstd's own default.
    /// - Throws: `PlatformError` of code `.system`, cause `.noMemory`.
    package init(level: Int = 3) throws(PlatformError) {
        unsafe context = try Self.makeContext(level: level)
    }

    private static func makeContext(level: Int) throws(PlatformError) -> OpaquePointer {
        guard let context = unsafe ZSTD_createCCtx() else {
            throw PlatformError(.system, "make a zstd context", cause: .noMemory)
        }
        do throws(PlatformError) {
            for (parameter, value) in [(ZSTD_c_compressionLevel, level), (ZSTD_c_checksumFlag, 1)] {
                let result = unsafe ZSTD_CCtx_setParameter(context, parameter, CInt(clamping: value))
                try Zstandard.check(result, "set up zstd")
            }
        } catch {
            unsafe ZSTD_freeCCtx(context)
            throw error
        }
        return unsafe context
    }

    deinit {
        unsafe ZSTD_freeCCtx(context)
    }

    /// Compresses `bytes` into one frame.
    ///
    /// It needs exclusive access, because the context is scratch space for the call.
    package mutating func compress(_ bytes: borrowing RawSpan) throws(PlatformError) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.byteCount)
        var result = 0
        let frame = unsafe [UInt8](unsafeUninitializedCapacity: bound) { buffer, initialized in
            result = unsafe bytes.withUnsafeBytes { source in
                unsafe ZSTD_compress2(context, buffer.baseAddress, bound, source.baseAddress, source.count)
            }
            initialized = ZSTD_isError(result) == 0 ? result : 0
        }
        try Zstandard.check(result, "compress with zstd")
        return frame
    }
}
