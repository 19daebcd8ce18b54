import CPlatform
import Glibc

extension OwnedDescriptor {
    private static let copiedByteCount = 1 << 20

    /// Copies all of a file to an empty one: by sharing its blocks where the file system can (reflink), else by its bytes.
    ///
    /// - Parameters:
    ///   - target: the empty file, open for writing.
    ///   - goesOn: hears of each piece, and returns whether to continue.
    /// - Returns: whether all of it was copied.
    /// - Throws: `PlatformError` of code `.system`.
    package borrowing func copyContents(
        to target: borrowing OwnedDescriptor, _ goesOn: (Int) throws(PlatformError) -> Bool
    ) throws(PlatformError) -> Bool {
        let (empty, source) = (target.number, number)
        // Any failure means that it must be done by bytes.
        if SystemCall.write.perform(on: target.path, { vectorspool_file_share(empty, source) }) == 0 { return true }
        var offset = 0
        while true {
            let piece = try read(atMost: Self.copiedByteCount, at: offset)
            if piece.isEmpty { return true }
            try target.write(piece.rawSpan)
            offset += piece.count
            guard try goesOn(piece.count) else { return false }
        }
    }

    /// SHA-256 of all of a file; nil when `goesOn` ends it.
    package borrowing func digest(_ goesOn: (Int) throws(PlatformError) -> Bool) throws(PlatformError) -> SHA256Digest?
    {
        var hasher = SHA256Digest.Hasher()
        var offset = 0
        while true {
            let piece = try read(atMost: Self.copiedByteCount, at: offset)
            if piece.isEmpty { return hasher.finish() }
            hasher.update(piece.rawSpan)
            offset += piece.count
            guard try goesOn(piece.count) else { return nil }
        }
    }

    /// Whether a regular file has the bytes of another one; nothing is read beyond the first piece that differs.
    ///
    /// - Parameters:
    ///   - other: the other file.
    ///   - beat: called for each piece, as a sign of life.
    /// - Returns: whether they are equal.
    /// - Throws: `PlatformError` of code `.system`.
    package borrowing func hasEqualBytes(
        as other: borrowing OwnedDescriptor, _ beat: () -> Void = {}
    ) throws(PlatformError) -> Bool {
        var offset = 0
        while true {
            beat()
            let bytes = try read(atMost: 1 << 18, at: offset)
            // Short reads of regular files happen only at their ends.
            guard try bytes == other.read(atMost: 1 << 18, at: offset) else { return false }
            if bytes.isEmpty { return true }
            offset += bytes.count
        }
    }

    /// Sets the time of the last write.
    package borrowing func setModified(_ nanoseconds: Int64) throws(PlatformError) {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let isNegative = rest < 0
        let time = timespec(
            tv_sec: Int(isNegative ? seconds - 1 : seconds), tv_nsec: Int(isNegative ? rest + 1_000_000_000 : rest))
        let times = [time, time]
        let result = SystemCall.attributes.perform(on: path) { unsafe futimens(number, times) }
        guard result == 0 else { throw .system("set the time", path: path) }
    }

    /// Gives the file to a group, which only a member of it may do.
    package borrowing func setGroup(_ group: UInt32) throws(PlatformError) {
        guard SystemCall.changeMode.perform(on: path, { fchown(number, .max, group) }) == 0 else {
            throw .system("set the group", path: path)
        }
    }
}
