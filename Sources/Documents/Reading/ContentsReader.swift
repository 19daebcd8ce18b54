package import Platform
import Text

/// Reads the unpacked contents of a file in pieces, repeatedly if needed, in constant memory.
///
/// It reads the file instead of mapping it, because another process may truncate it and a mapping would then kill this
/// process.
package final class ContentsReader {
    /// The most bytes of a piece as read; unpacked pieces are smaller.
    package static let pieceByteCount = 256 << 10

    private let descriptor: OwnedDescriptor
    private let isCompressed: Bool
    private let waitsForPieces: Bool
    /// Bytes that were read but not returned yet.
    private var gathered: [UInt8] = []
    private var packed: [UInt8] = []
    private var packedStart = 0
    private var isAtEnd = false
    private var stream: ZstandardStream?
    private var hasher = SHA256Digest.Hasher()
    /// The contents of a small uncompressed file, which is read only once.
    private var whole: [UInt8]?
    private var isWholeGiven = false

    /// The bytes of the file read since the beginning.
    package private(set) var packedByteCount = 0
    /// The bytes returned since the beginning.
    package private(set) var byteCount = 0
    /// SHA-256 of the file as stored; known once everything was returned.
    package private(set) var digest: SHA256Digest?

    /// Reads from the descriptor's position.
    ///
    /// With `waitsForPieces` each piece but the last is full, however slowly a pipe fills it. Throws `PlatformError` when
    /// there is no memory for unpacking.
    package init(
        _ descriptor: consuming OwnedDescriptor, isCompressed: Bool, waitsForPieces: Bool = true
    ) throws(PlatformError) {
        self.descriptor = descriptor
        self.isCompressed = isCompressed
        self.waitsForPieces = waitsForPieces
        if isCompressed { stream = try ZstandardStream() }
    }

    /// Whether the next piece is there, or begins to be, so that asking for it does not wait for a writer.
    package var isReady: Bool { whole != nil || isAtEnd || packedStart < packed.count || descriptor.isReadable }

    /// Starts again from the beginning.
    package func rewind() throws(PlatformError) {
        isWholeGiven = false
        byteCount = 0
        guard whole == nil else { return }
        digest = nil
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
    /// The first piece is never a part of a byte order mark.
    /// - Throws: `PlatformError`: `.system` when the file cannot be read, after which the call can be repeated;
    ///   `.corrupt` for damaged or truncated zstd data.
    package func next() throws(PlatformError) -> [UInt8]? {
        if let whole {
            guard !isWholeGiven, !whole.isEmpty else { return nil }
            isWholeGiven = true
            byteCount = whole.count
            return whole
        }
        guard isCompressed else { return try nextRead() }
        var piece: [UInt8] = []
        repeat {
            if packedStart == packed.count, !isAtEnd { try readPacked() }
            guard let unpacked = try unpack() else { break }
            piece += unpacked
        } while piece.isEmpty || byteCount == 0 && UTF8Text.mayBecomeMark(piece)
        byteCount += piece.count
        return piece.isEmpty ? nil : piece
    }

    private func readPacked() throws(PlatformError) {
        packed = try nextPiece() ?? []
        packedStart = 0
    }

    /// Unpacks more of the bytes read; nil at the end.
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

    /// Reads until a piece is full or the file ends; bytes read before a failure are kept.
    private func nextPiece() throws(PlatformError) -> [UInt8]? {
        while !isAtEnd, gathered.count < Self.pieceByteCount {
            let bytes = try descriptor.read(atMost: Self.pieceByteCount - gathered.count)
            if bytes.isEmpty { isAtEnd = true }
            if gathered.isEmpty { gathered = bytes } else { gathered += bytes }
            if !waitsForPieces, packedByteCount > 0 || !UTF8Text.mayBecomeMark(gathered) { break }
        }
        let piece = gathered
        gathered = []
        packedByteCount += piece.count
        hasher.update(piece.rawSpan)
        if isAtEnd { digest = hasher.finish() }
        return piece.isEmpty ? nil : piece
    }
}
