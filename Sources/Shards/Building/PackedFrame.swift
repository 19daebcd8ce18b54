import Platform

/// A frame of a shard that is compressed already, with what the index and the seek table say of it.
struct PackedFrame: Sendable {
    /// The zstd frame.
    let bytes: [UInt8]
    let decodedByteCount: Int
    /// The first row or document in it.
    let firstRecord: Int
    /// Low half of the XXH64 of the content.
    let checksum: UInt32

    /// Compresses a frame's content.
    init(
        _ content: [UInt8], firstRecord: Int, with compressor: inout ZstandardCompressor
    ) throws(PlatformError) {
        // Copied, since zstd's own array has room for the largest frame that could have become of it.
        let frame = try compressor.compress(content.rawSpan)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(frame.count)
        bytes += frame
        self.bytes = bytes
        decodedByteCount = content.count
        self.firstRecord = firstRecord
        checksum = UInt32(truncatingIfNeeded: XXH64.digest(of: content.rawSpan))
    }
}
