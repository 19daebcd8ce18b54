import Platform
import SystemPackage

/// A file without a name for what a splice writes before it knows where it goes.
struct ScratchFile: ~Copyable {
    private let descriptor: OwnedDescriptor
    private let path: FilePath
    private var buffer: [UInt8] = []
    /// The bytes so far.
    private(set) var byteCount = 0

    private static let bufferByteCount = 1 << 20

    /// Makes the file in a directory and takes its name away at once, so that nothing is left of it after a crash.
    ///
    /// - Throws: `ShardsError` of code `.system`.
    init(in directory: OpenDirectory) throws(ShardsError) {
        path = directory.path
        descriptor = try Self.make(in: directory)
    }

    private static func make(in directory: OpenDirectory) throws(ShardsError) -> OwnedDescriptor {
        let name = OpenDirectory.temporaryName(for: "scratch")
        do throws(PlatformError) {
            let descriptor = try directory.open(name, OpenFlags.fresh, mode: IndexFile.mode)
            try directory.remove(name)
            return descriptor
        } catch {
            throw ShardsError(error, path: directory.path)
        }
    }

    /// Adds bytes.
    mutating func append(_ bytes: [UInt8]) throws(ShardsError) {
        buffer += bytes
        byteCount += bytes.count
        if buffer.count >= Self.bufferByteCount { try flush() }
    }

    private mutating func flush() throws(ShardsError) {
        do throws(PlatformError) {
            try descriptor.write(buffer.rawSpan)
        } catch {
            throw ShardsError(error, path: path)
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes all bytes into the content of a mapped section.
    mutating func copy(to file: inout SpliceFile) throws(ShardsError) {
        try flush()
        var offset = 0
        while offset < byteCount {
            let piece: [UInt8]
            do throws(PlatformError) {
                piece = try descriptor.read(atMost: Self.bufferByteCount, at: offset)
            } catch {
                throw ShardsError(error, path: path)
            }
            guard !piece.isEmpty else {
                throw ShardsError(.invalid, path: path, "a scratch file is shorter than what was written to it")
            }
            offset += piece.count
            try file.write { file throws(PlatformError) in try file.writeContent(piece) }
        }
    }
}
