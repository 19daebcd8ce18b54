import Glibc
package import SystemPackage

/// A file under construction beside its final path, where it appears whole or not at all.
///
/// It is for results that are written in pieces; use `AtomicFile` for those in memory.
package struct PendingFile: ~Copyable {
    private var descriptor: OwnedDescriptor?
    private let temporary: FilePath
    /// The path that `publish` gives the file.
    package let path: FilePath

    /// Creates the temporary file.
    ///
    /// - Throws: `PlatformError`, also when `path` exists and is not a regular file: a pipe cannot be replaced or
    ///   patched.
    package init(_ path: FilePath, mode: UInt32 = 0o644) throws(PlatformError) {
        let temporary = AtomicFile.temporaryName(beside: path)
        descriptor = try Self.create(temporary, for: path, mode: mode)
        self.temporary = temporary
        self.path = path
    }

    private static func create(
        _ temporary: FilePath, for path: FilePath, mode: UInt32
    ) throws(PlatformError) -> OwnedDescriptor {
        if let present = try? FileStatus.followingLinks(path), present.kind != .regular {
            throw PlatformError(
                .system, "replace", path: path, cause: present.kind == .directory ? .isDirectory : nil,
                detail: "it is not a regular file; give the name of one")
        }
        do throws(PlatformError) {
            return try OwnedDescriptor.open(temporary, O_RDWR | O_CREAT | O_EXCL, mode: mode)
        } catch {
            // The reader of the message does not know the temporary name.
            throw PlatformError(error.code, "create", path: path, cause: error.cause, detail: error.detail)
        }
    }

    deinit {
        if descriptor != nil { Directory.removeIfPresent(temporary) }
    }

    /// Appends `bytes`.
    package borrowing func write(_ bytes: borrowing RawSpan) throws(PlatformError) {
        switch descriptor {
        case .some(let descriptor): try descriptor.write(bytes)
        case .none: break
        }
    }

    /// Overwrites the bytes at `offset`, such as a header whose count is known only at the end.
    package borrowing func overwrite(_ bytes: borrowing RawSpan, at offset: Int) throws(PlatformError) {
        switch descriptor {
        case .some(let descriptor): try descriptor.overwrite(bytes, at: offset)
        case .none: break
        }
    }

    /// Makes the file durable and gives it its name, replacing an existing file.
    package consuming func publish() throws(PlatformError) {
        let directory = path.removingLastComponent()
        try rename(isDurable: true)
        try Directory.synchronize(directory)
    }

    /// Gives the file its name without waiting for the disk.
    ///
    /// A power cut may then leave any contents under that name. Use it only for files that can be made again and are
    /// checked at every read.
    package consuming func publishVolatile() throws(PlatformError) {
        try rename(isDurable: false)
    }

    private consuming func rename(isDurable: Bool) throws(PlatformError) {
        guard let finished = descriptor.take() else { return }
        do throws(PlatformError) {
            if isDurable { try finished.synchronize() }
            try finished.close()
            try Directory.rename(temporary, to: path)
        } catch {
            Directory.removeIfPresent(temporary)
            throw error
        }
    }
}
