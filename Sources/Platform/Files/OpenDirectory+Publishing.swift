import Glibc
package import SystemPackage

/// How safe a name is: the two ways in which giving a file its name can end without an error.
///
/// Not having given it is an error and thrown. A caller must never undo what is of unknown durability, since others may see it.
package enum Durability: Sendable {
    /// A power cut leaves it where it is.
    case durable
    /// It stands, but its directory could not be synchronized: a power cut may take it away. Or the system reported that it was
    /// not given, and then would not say whether it was.
    case unknown(PlatformError)
}

extension OpenDirectory {
    /// Gives a file its name, so that a reader and a power cut see all of it or nothing of it.
    ///
    /// The order is temporary file, `fsync`, rename, `fsync` of the directory: without the first the renamed file can be empty
    /// after a power cut, without the second the rename itself can be gone (measured on ext4).
    ///
    /// - Parameters:
    ///   - name: directly in this directory.
    ///   - mode: its permissions, whatever the umask says.
    ///   - isReplacing: whether a file of that name gives way.
    /// - Returns: how safe the name is.
    /// - Throws: `PlatformError` when it does not stand: cause `.fileExists` when the name is taken and may not be replaced.
    package func publish(
        _ bytes: [UInt8], as name: FilePath.Component, mode: UInt32, isReplacing: Bool
    ) throws(PlatformError) -> Durability {
        let temporary = Self.temporaryName(for: name)
        do throws(PlatformError) {
            let file = try open(temporary, OpenFlags.newFile, mode: mode)
            try file.write(bytes.rawSpan)
            return try publish(file, temporary, as: name, isReplacing: isReplacing)
        } catch {
            removeIfPresent(temporary)
            throw error
        }
    }

    /// Gives a temporary file that is written to its end its name.
    ///
    /// - Parameter temporary: its name directly in this directory; the caller removes it when this throws.
    package func publish(
        _ file: consuming OwnedDescriptor, _ temporary: FilePath, as name: FilePath.Component, isReplacing: Bool
    ) throws(PlatformError) -> Durability {
        if let doubt = try give(file, temporary, as: name, isReplacing: isReplacing) {
            removeIfPresent(temporary)
            return .unknown(doubt)
        }
        do throws(PlatformError) {
            try synchronize()
            return .durable
        } catch {
            return .unknown(error)
        }
    }

    /// Gives a file its name as `publish` does, but leaves the directory to be synchronized by the caller: once for several
    /// files, before anything is published that refers to them.
    ///
    /// - Throws: `PlatformError` when the name does not stand, or nobody can tell: cause `.fileExists` when it is taken.
    package func install(_ bytes: [UInt8], as name: FilePath.Component, mode: UInt32) throws(PlatformError) {
        let temporary = Self.temporaryName(for: name)
        do throws(PlatformError) {
            let file = try open(temporary, OpenFlags.newFile, mode: mode)
            try file.write(bytes.rawSpan)
            try install(file, temporary, as: name, isReplacing: false)
        } catch {
            removeIfPresent(temporary)
            throw error
        }
    }

    /// Gives a temporary file that is written to its end its name, without synchronizing the directory.
    ///
    /// - Parameter temporary: its name directly in this directory; the caller removes it when this throws.
    /// - Throws: `PlatformError` when the name does not stand, or nobody can tell.
    package func install(
        _ file: consuming OwnedDescriptor, _ temporary: FilePath, as name: FilePath.Component, isReplacing: Bool
    ) throws(PlatformError) {
        if let doubt = try give(file, temporary, as: name, isReplacing: isReplacing) { throw doubt }
    }

    /// - Returns: nil when the name stands; what the system reported when nobody can tell whether it does.
    private func give(
        _ file: consuming OwnedDescriptor, _ temporary: FilePath, as name: FilePath.Component, isReplacing: Bool
    ) throws(PlatformError) -> PlatformError? {
        try file.synchronize()
        let written = try file.status()
        try file.close()
        let target = FilePath(root: nil, [name])
        do throws(PlatformError) {
            if isReplacing {
                try rename(temporary, to: self, target)
            } else {
                try renameExclusively(temporary, to: self, target)
            }
        } catch let renaming {
            // File systems on a network report failures of renames that happened.
            let present: FileStatus?
            do throws(PlatformError) {
                present = try statusIfPresent(target)
            } catch {
                guard renaming.cause != .fileExists else { throw renaming }
                return renaming
            }
            guard let present, present.isSameFile(as: written) else { throw renaming }
        }
        return nil
    }

    /// Writes a small file that may be lost in a power cut but is never seen half written, such as a status page.
    package func replaceVolatile(
        _ bytes: [UInt8], as name: FilePath.Component, mode: UInt32
    ) throws(PlatformError) {
        let temporary = Self.temporaryName(for: name)
        do throws(PlatformError) {
            let file = try open(temporary, OpenFlags.newFile, mode: mode)
            try file.write(bytes.rawSpan)
            try file.close()
            try rename(temporary, to: self, FilePath(root: nil, [name]))
        } catch {
            removeIfPresent(temporary)
            throw error
        }
    }

    /// A hidden name for a file that will be called `name`, which no other process uses: `.<name>.<process>.<random>.tmp`.
    package static func temporaryName(for name: FilePath.Component) -> FilePath {
        let suffix = ".\(getpid()).\(String(UInt32.random(in: .min ... .max), radix: 36)).tmp"
        // Names have 255 bytes at most, so a long one is not repeated in full.
        let stem = String(name.string.utf8.prefix(100)) ?? "file"
        return FilePath("." + stem + suffix)
    }
}
