import Glibc
import SystemPackage

/// A file without a name, in the folder for temporary files: it is gone when its owner is.
///
/// For results that are patched after they were written and then go to a stream, which cannot be patched.
package struct UnnamedFile: ~Copyable {
    private static let pieceByteCount = 1 << 20

    private let descriptor: OwnedDescriptor

    /// Creates it below `$TMPDIR`, else below `/var/tmp`, which is a disk where `/tmp` is memory.
    ///
    /// - Throws: `PlatformError` of code `.system`.
    package init() throws(PlatformError) {
        let folder = FilePath(CurrentProcess.environment("TMPDIR") ?? "/var/tmp")
        descriptor = try Self.create(AtomicFile.temporaryName(beside: folder.appending("output")))
    }

    private static func create(_ path: FilePath) throws(PlatformError) -> OwnedDescriptor {
        let descriptor = try OwnedDescriptor.open(path, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        try Directory.removeFile(path)
        return descriptor
    }

    /// Appends `bytes`.
    package borrowing func write(_ bytes: borrowing RawSpan) throws(PlatformError) {
        try descriptor.write(bytes)
    }

    /// Overwrites what stands at `offset`.
    package borrowing func overwrite(_ bytes: borrowing RawSpan, at offset: Int) throws(PlatformError) {
        try descriptor.overwrite(bytes, at: offset)
    }

    /// Copies all of it to a stream.
    package consuming func send(to stream: StandardStream) throws(PlatformError) {
        try descriptor.rewind()
        while true {
            let piece = try descriptor.read(atMost: Self.pieceByteCount)
            if piece.isEmpty { return }
            try stream.write(piece.rawSpan)
        }
    }
}
