import CZstd

/// Facts about zstd data that need no decompression (RFC 8878).
package enum Zstandard {
    /// The library's version as a number, such as 10504 for 1.5.4; compressed bytes may differ between versions.
    package static var version: Int { Int(ZSTD_versionNumber()) }

    /// The size in bytes of the first frame in `bytes`, compressed or skippable.
    ///
    /// - Throws: `PlatformError` of code `.corrupt` when there is no whole frame.
    package static func frameByteCount(_ bytes: borrowing RawSpan) throws(PlatformError) -> Int {
        let count = unsafe bytes.withUnsafeBytes { unsafe ZSTD_findFrameCompressedSize($0.baseAddress, $0.count) }
        try check(count, "find the end of a zstd frame")
        return count
    }

    /// The decompressed size according to the frame; nil when the frame does not say or is not one.
    package static func contentByteCount(_ frame: borrowing RawSpan) -> Int? {
        let count = unsafe frame.withUnsafeBytes { unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        // The two highest values mean "unknown" and "error".
        guard count < UInt64(Int.max) else { return nil }
        return Int(count)
    }

    /// Whether the bytes begin with a skippable frame, which decoders pass over.
    package static func isSkippable(_ frame: borrowing RawSpan) -> Bool {
        frame.littleEndian(UInt32.self, at: 0).map { $0 & 0xFFFF_FFF0 == 0x184D_2A50 } ?? false
    }

    /// Converts the library's error codes into `PlatformError`.
    static func check(_ result: Int, _ operation: String) throws(PlatformError) {
        guard ZSTD_isError(result) != 0 else { return }
        let name = unsafe String(cString: ZSTD_getErrorName(result))
        throw PlatformError(.corrupt, operation, detail: name)
    }
}
