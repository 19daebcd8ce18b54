package import Platform

/// The unpacked contents of a file, piece by piece, as often as they are asked for, in memory that does not grow with the file.
///
/// The file is read and never mapped: somebody else may still cut it short, and a mapping would then kill the process.
package final class ContentsReader {
    /// The most bytes of a piece that is read; unpacked pieces are smaller.
    package static let pieceByteCount = 256 << 10

    private let descriptor: OwnedDescriptor
    private let isCompressed: Bool
    /// Read, and not yet given.
    private var gathered: [UInt8] = []
    private var packed: [UInt8] = []
    private var packedStart = 0
    private var isAtEnd = false
    private var stream: ZstandardStream?
    private var hasher = SHA256Digest.Hasher()
    /// The whole file, when it is small and not compressed: it is read once then.
    private var whole: [UInt8]?
    private var isWholeGiven = false

    /// Bytes of the file that were read since the beginning.
    package private(set) var packedByteCount = 0
    /// Bytes that were given since the beginning.
    package private(set) var byteCount = 0
    /// SHA-256 of the file as it lies; known once everything was given.
    package private(set) var digest: SHA256Digest?

    package init(_ descriptor: consuming OwnedDescriptor, isCompressed: Bool) throws(PlatformError) {
        self.descriptor = descriptor
        self.isCompressed = isCompressed
        if isCompressed { stream = try ZstandardStream() }
    }

    /// Begins again.
    package func rewind() throws(PlatformError) {
        isWholeGiven = false
        byteCount = 0
        guard whole == nil else { return }
        try descriptor.rewind()
        gathered = []
        packedByteCount = 0
        packed = []
        packedStart = 0
        isAtEnd = false
        hasher = SHA256Digest.Hasher()
        if isCompressed { stream = try ZstandardStream() }
    }

    /// The next piece; nil at the end.
    ///
    /// - Throws: `PlatformError`: `.system` when the file cannot be read, after which the call may be repeated; `.corrupt` for
    ///   damaged or truncated zstd data.
    package func next() throws(PlatformError) -> [UInt8]? {
        if let whole {
            guard !isWholeGiven, !whole.isEmpty else { return nil }
            isWholeGiven = true
            byteCount = whole.count
            return whole
        }
        guard isCompressed else { return try nextRead() }
        while true {
            if packedStart == packed.count, !isAtEnd { try readPacked() }
            guard let unpacked = try unpack() else { return nil }
            guard unpacked.isEmpty else {
                byteCount += unpacked.count
                return unpacked
            }
        }
    }

    private func readPacked() throws(PlatformError) {
        packed = try nextPiece() ?? []
        packedStart = 0
    }

    /// Unpacks some more of what was read; nil at the end.
    private func unpack() throws(PlatformError) -> [UInt8]? {
        let packed = packed
        guard let (content, taken) = try stream?.decompress(packed.rawSpan.extracting(packedStart..<packed.count))
        else {
            return nil
        }
        packedStart += taken
        if content.isEmpty, taken == 0, isAtEnd {
            guard stream?.isComplete ?? true else {
                throw PlatformError(.corrupt, "decompress", detail: "the data ends within a zstd frame")
            }
            return nil
        }
        return content
    }

    private func nextRead() throws(PlatformError) -> [UInt8]? {
        let isFirst = packedByteCount == 0
        guard let piece = try nextPiece() else { return nil }
        byteCount += piece.count
        if isFirst, isAtEnd {
            whole = piece
            isWholeGiven = true
        }
        return piece
    }

    /// Reads on until a piece is full or the file ends; what was read before a failure is kept.
    private func nextPiece() throws(PlatformError) -> [UInt8]? {
        while !isAtEnd, gathered.count < Self.pieceByteCount {
            let bytes = try descriptor.read(atMost: Self.pieceByteCount - gathered.count)
            if bytes.isEmpty { isAtEnd = true }
            if gathered.isEmpty { gathered = bytes } else { gathered += bytes }
        }
        let piece = gathered
        gathered = []
        packedByteCount += piece.count
        hasher.update(piece.rawSpan)
        if isAtEnd { digest = hasher.finish() }
        return piece.isEmpty ? nil : piece
    }
}
