import Glibc
package import SystemPackage

/// Reading whole small files: configurations, manifests, documents within the size limit.
package enum FileContents {
    /// All bytes of a regular file.
    ///
    /// The file is read, not mapped, because others may truncate it meanwhile and a mapping would then kill the process.
    /// - Parameter limit: the largest accepted size in bytes.
    /// - Throws: `PlatformError`: `.tooLarge` beyond the limit, `.system` otherwise.
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
            // A growing file is followed to its end, one spare byte tells the end without a second call.
            let piece = try descriptor.read(atMost: max(size - bytes.count, 0) + 1)
            guard !piece.isEmpty else { return bytes }
            guard bytes.count + piece.count <= limit else {
                throw PlatformError(.tooLarge, "read", path: descriptor.path)
            }
            bytes += piece
        }
    }
}
