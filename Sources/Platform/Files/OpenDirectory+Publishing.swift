import Glibc
package import SystemPackage

/// How durable a new name is: the two ways in which publishing a file can end without an error.
///
/// Failing to give the name throws. A caller must never undo a name of unknown durability, since others may already see
/// it.
package enum Durability: Sendable {
    /// The name survives a power cut.
    case durable
    /// The name exists, but a power cut may remove it because its directory could not be synchronized. Or the system
    /// reported a failure and then could not say whether the name exists.
    case unknown(PlatformError)
}

extension OpenDirectory {
    /// Gives a file its name, so that a reader or a power cut sees all of the file or none of it.
    ///
    /// The order is temporary file, `fsync`, rename, `fsync` of the directory. Without the first `fsync` a power cut
    /// can leave an empty file; without the second it can undo the rename (measured on ext4).
    ///
    /// - Parameters:
    ///   - bytes: the contents.
    ///   - name: the name directly in this directory.
    ///   - mode: the permissions, regardless of the umask.
    ///   - isReplacing: whether to replace an existing file of that name.
    /// - Returns: how durable the name is.
    /// - Throws: `PlatformError` when the name was not given: cause `.fileExists` when it exists and must not be
    ///   replaced.
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

    /// Gives its name to a complete temporary file, which lies directly in this directory.
    ///
    /// When this throws, the caller removes the temporary file.
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

    /// Gives a file its name like `publish`, but does not synchronize the directory.
    ///
    /// The caller synchronizes once for several files, before it publishes anything that refers to them.
    ///
    /// - Throws: `PlatformError` when the name does not exist or its state is unknown: cause `.fileExists` when it was
    ///   taken.
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

    /// Gives its name to a complete temporary file, without synchronizing the directory.
    ///
    /// The temporary file lies directly in this directory; the caller removes it when this throws. Throws
    /// `PlatformError` when the name does not exist or its state is unknown.
    package func install(
        _ file: consuming OwnedDescriptor, _ temporary: FilePath, as name: FilePath.Component, isReplacing: Bool
    ) throws(PlatformError) {
        if let doubt = try give(file, temporary, as: name, isReplacing: isReplacing) { throw doubt }
    }

    /// Renames the temporary file; returns nil when the name exists, and the reported error when its state is unknown.
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
            // Network file systems report failures of renames that succeeded.
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

    /// Writes a small file, such as a status page, that a power cut may lose but that readers never see half written.
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

    /// Whether a temporary name is of a process that runs: `.<name>.<process>.<random>.tmp`.
    package static func isOfLivingProcess(_ name: String) -> Bool {
        let parts = name.split(separator: ".")
        guard parts.count >= 4, let process = pid_t(parts[parts.count - 3]), process > 0 else { return false }
        return kill(process, 0) == 0 || Errno.current == .notPermitted
    }

    /// A hidden temporary name for the file `name`, which no other process uses: `.<name>.<process>.<random>.tmp`.
    package static func temporaryName(for name: FilePath.Component) -> FilePath {
        let suffix = ".\(getpid()).\(String(UInt32.random(in: .min ... .max), radix: 36)).tmp"
        // Names have at most 255 bytes, so a long one is shortened.
        let stem = String(name.string.utf8.prefix(100)) ?? "file"
        return FilePath("." + stem + suffix)
    }

    /// Whether a name is one of those that `temporaryName(for:)` makes.
    package static func isTemporary(_ name: FilePath.Component) -> Bool {
        name.string.hasPrefix(".") && name.extension == "tmp"
    }
}
