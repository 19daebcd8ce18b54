import Glibc
package import SystemPackage

/// Publishing a file so that a reader, and a power cut, see the old one or the new one and nothing between.
///
/// The order is temporary file, `fsync`, rename, `fsync` of the directory: without the first the renamed file can be
/// empty after a power cut, without the second the rename itself can be gone (measured on ext4).
package enum AtomicFile {
    /// Replaces `path` by `bytes`.
    ///
    /// - Throws: `PlatformError` of code `.system`; the temporary file is removed then.
    package static func write(_ bytes: [UInt8], to path: FilePath, mode: UInt32 = 0o644) throws(PlatformError) {
        let temporary = try writeTemporary(bytes, beside: path, mode: mode)
        do throws(PlatformError) {
            try Directory.rename(temporary, to: path)
        } catch {
            Directory.removeIfPresent(temporary)
            throw error
        }
        try Directory.synchronize(path.removingLastComponent())
    }

    /// Creates `path` with `bytes`; fails when the name is taken, however close the race.
    ///
    /// - Throws: `PlatformError` of code `.system`, cause `.fileExists` when somebody else was first.
    package static func create(_ bytes: [UInt8], at path: FilePath, mode: UInt32 = 0o644) throws(PlatformError) {
        let temporary = try writeTemporary(bytes, beside: path, mode: mode)
        do throws(PlatformError) {
            try Directory.renameExclusively(temporary, to: path)
        } catch {
            Directory.removeIfPresent(temporary)
            throw error
        }
        try Directory.synchronize(path.removingLastComponent())
    }

    /// Writes a small file that may be lost in a power cut but is never seen half written, such as a status page.
    package static func replaceVolatile(_ bytes: [UInt8], at path: FilePath) throws(PlatformError) {
        let temporary = temporaryName(beside: path)
        do throws(PlatformError) {
            let descriptor = try OwnedDescriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644)
            try descriptor.write(bytes.rawSpan)
            try descriptor.close()
            try Directory.rename(temporary, to: path)
        } catch {
            Directory.removeIfPresent(temporary)
            throw error
        }
    }

    /// A hidden name beside `path` that no other process uses: `.<name>.<process>.<random>.tmp`.
    package static func temporaryName(beside path: FilePath) -> FilePath {
        let suffix = ".\(getpid()).\(String(UInt32.random(in: .min ... .max), radix: 36)).tmp"
        // Names have 255 bytes at most, so a long one is not repeated in full.
        let stem = String((path.lastComponent?.string ?? "file").utf8.prefix(100)) ?? "file"
        return path.removingLastComponent().appending("." + stem + suffix)
    }

    private static func writeTemporary(
        _ bytes: [UInt8], beside path: FilePath, mode: UInt32
    ) throws(PlatformError) -> FilePath {
        let temporary = temporaryName(beside: path)
        do throws(PlatformError) {
            let descriptor = try OwnedDescriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL, mode: mode)
            try descriptor.write(bytes.rawSpan)
            try descriptor.synchronize()
            try descriptor.close()
        } catch {
            Directory.removeIfPresent(temporary)
            throw error
        }
        return temporary
    }
}
