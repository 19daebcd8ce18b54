import Glibc
package import SystemPackage

/// Reads whole small files: configurations, manifests, documents within the size limit.
package enum FileContents {
    /// All bytes of a regular file.
    ///
    /// It reads instead of mapping, because another process may truncate the file and a mapping would then kill this
    /// process. Throws `PlatformError`: `.tooLarge` beyond `limit` bytes, `.system` otherwise.
    package static func read(_ path: FilePath, limit: Int = .max) throws(PlatformError) -> [UInt8] {
        let descriptor = try OwnedDescriptor.open(path, O_RDONLY)
        return try read(descriptor, limit: limit)
    }

    /// All bytes from the descriptor's position to the end.
    package static func read(
        _ descriptor: borrowing OwnedDescriptor, limit: Int = .max
    ) throws(PlatformError) -> [UInt8] {
        let size = try descriptor.status().size
        guard size <= limit else { throw PlatformError(.tooLarge, "read", path: descriptor.path) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(size)
        while true {
            // This follows a growing file to its end; one spare byte detects the end without a second call.
            let piece = try descriptor.read(atMost: max(size - bytes.count, 0) + 1)
            guard !piece.isEmpty else { return bytes }
            guard bytes.count + piece.count <= limit else {
                throw PlatformError(.tooLarge, "read", path: descriptor.path)
            }
            bytes += piece
        }
    }
}
