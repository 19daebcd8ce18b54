import CZstd

/// What can be said of zstd data without decompressing it (RFC 8878).
package enum Zstandard {
    /// The library's version as a number: 10504 is 1.5.4. Compressed bytes may differ between versions.
    package static var version: Int { Int(ZSTD_versionNumber()) }

    /// The bytes of the frame, compressed or skippable, that `bytes` begins with.
    ///
    /// - Throws: `PlatformError` of code `.corrupt` when no whole frame stands there.
    package static func frameByteCount(_ bytes: borrowing RawSpan) throws(PlatformError) -> Int {
        let count = unsafe bytes.withUnsafeBytes { unsafe ZSTD_findFrameCompressedSize($0.baseAddress, $0.count) }
        try check(count, "find the end of a zstd frame")
        return count
    }

    /// The number of bytes that the frame says it decodes to; nil when it does not say, or is no frame.
    package static func contentByteCount(_ frame: borrowing RawSpan) -> Int? {
        let count = unsafe frame.withUnsafeBytes { unsafe ZSTD_getFrameContentSize($0.baseAddress, $0.count) }
        // The two highest values stand for "unknown" and "error".
        guard count < UInt64(Int.max) else { return nil }
        return Int(count)
    }

    /// Whether the bytes begin with a skippable frame, which decoders pass over.
    package static func isSkippable(_ frame: borrowing RawSpan) -> Bool {
        frame.littleEndian(UInt32.self, at: 0).map { $0 & 0xFFFF_FFF0 == 0x184D_2A50 } ?? false
    }

    /// Turns the library's error codes into ours.
    static func check(_ result: Int, _ operation: String) throws(PlatformError) {
        guard ZSTD_isError(result) != 0 else { return }
        let name = unsafe String(cString: ZSTD_getErrorName(result))
        throw PlatformError(.corrupt, operation, detail: name)
    }
}
