import CPlatform
import Glibc
package import SystemPackage

extension OpenDirectory {
    /// Renames to a name below another directory (or this one) and replaces an existing file.
    package func rename(_ old: FilePath, to directory: OpenDirectory, _ new: FilePath) throws(PlatformError) {
        try rename(old, to: directory, as: new, exclusively: false)
    }

    /// Renames to a name below another directory (or this one) unless it exists.
    ///
    /// - Throws: `PlatformError` with cause `.fileExists` when it does.
    package func renameExclusively(
        _ old: FilePath, to directory: OpenDirectory, _ new: FilePath
    ) throws(PlatformError) {
        try rename(old, to: directory, as: new, exclusively: true)
    }

    private func rename(
        _ old: FilePath, to directory: OpenDirectory, as new: FilePath, exclusively: Bool
    ) throws(PlatformError) {
        try withParent(of: old) { (from, oldName) throws(PlatformError) in
            try directory.withParent(of: new) { (to, newName) throws(PlatformError) in
                let place = place(of: old)
                let result = unsafe oldName.withPlatformString { old in
                    unsafe newName.withPlatformString { new in
                        exclusively
                            ? unsafe Self.renameExclusively(from, old: old, to: to, as: new, place: place)
                            : SystemCall.rename.perform(on: place) { unsafe renameat(from, old, to, new) }
                    }
                }
                guard result == 0 else { throw .system("rename to \(directory.place(of: new))", path: place) }
            }
        }
    }

    /// Renames unless the new name exists.
    ///
    /// Where the file system or the kernel cannot do this in one step, a second name is made and the first one removed.
    private static func renameExclusively(
        _ from: CInt, old: UnsafePointer<CChar>, to: CInt, as new: UnsafePointer<CChar>, place: FilePath
    ) -> CInt {
        let renamed = LateSystemCall.renameExclusively.perform(as: .rename, on: place) {
            unsafe vectorspool_rename_exclusively(from, old, to, new)
        }
        guard renamed != 0, Errno.current == .invalidArgument || Errno.current == .noFunction else { return renamed }
        guard SystemCall.link.perform(on: place, { unsafe linkat(from, old, to, new, 0) }) == 0 else { return -1 }
        // The new name exists. If the old one stays, it is a second name of the same file, not a failure.
        _ = SystemCall.remove.perform(on: place) { unsafe unlinkat(from, old, 0) }
        return 0
    }

    /// Removes a file's name.
    package func remove(_ path: FilePath) throws(PlatformError) { try unlink(path, flags: 0, operation: "remove") }

    /// Removes a file's name and ignores failure.
    package func removeIfPresent(_ path: FilePath) { try? remove(path) }

    /// Removes an empty directory.
    package func removeDirectory(_ path: FilePath) throws(PlatformError) {
        try unlink(path, flags: AT_REMOVEDIR, operation: "remove the directory")
    }

    private func unlink(_ path: FilePath, flags: CInt, operation: String) throws(PlatformError) {
        try withParent(of: path) { (parent, name) throws(PlatformError) in
            try Self.unlink(name, in: parent, flags: flags, operation: operation, at: place(of: path))
        }
    }

    private static func unlink(
        _ name: FilePath, in parent: CInt, flags: CInt, operation: String, at place: FilePath
    ) throws(PlatformError) {
        let result = unsafe name.withPlatformString { name in
            SystemCall.remove.perform(on: place) { unsafe unlinkat(parent, name, flags) }
        }
        guard result == 0 else { throw .system(operation, path: place) }
    }

    /// Removes a directory and everything in it; symbolic links are removed, not followed.
    ///
    /// It fails below `depth` levels, so endlessly nested folders cannot hold it up.
    package func removeTree(_ path: FilePath, depth: Int = 256) throws(PlatformError) {
        guard depth > 0 else {
            throw PlatformError(.system, "remove the directory", path: place(of: path), cause: .fileNameTooLong)
        }
        let tree = try directory(path)
        for entry in try tree.entries() {
            let name = FilePath(root: nil, [entry.name])
            let kind: FileStatus.Kind
            if let known = entry.kind { kind = known } else { kind = try tree.status(of: name).kind }
            if kind == .directory { try tree.removeTree(name, depth: depth - 1) } else { try tree.remove(name) }
        }
        try removeDirectory(path)
    }

    /// Makes a directory and its missing parents, all with `mode` regardless of the umask.
    package func makeDirectory(_ path: FilePath, mode: UInt32) throws(PlatformError) {
        guard !path.isEmpty else { return }
        do throws(PlatformError) {
            try makeOneDirectory(path, mode: mode)
        } catch {
            switch error.cause {
            case .fileExists: return try requireDirectory(path)
            case .noSuchFileOrDirectory where !path.removingLastComponent().isEmpty: break
            default: throw error
            }
            try makeDirectory(path.removingLastComponent(), mode: mode)
            do throws(PlatformError) {
                try makeOneDirectory(path, mode: mode)
            } catch {
                guard error.cause == .fileExists else { throw error }
                try requireDirectory(path)
            }
        }
    }

    private func requireDirectory(_ path: FilePath) throws(PlatformError) {
        guard try status(of: path).kind == .directory else {
            throw PlatformError(.system, "make the directory", path: place(of: path), cause: .notDirectory)
        }
    }

    private func makeOneDirectory(_ path: FilePath, mode: UInt32) throws(PlatformError) {
        try withParent(of: path) { (parent, name) throws(PlatformError) in
            let place = place(of: path)
            let made = unsafe name.withPlatformString { name in
                SystemCall.makeDirectory.perform(on: place) { unsafe mkdirat(parent, name, mode) }
            }
            guard made == 0 else { throw .system("make the directory", path: place) }
            do throws(PlatformError) {
                try Self.setMode(mode, ofDirectory: name, in: parent, place)
            } catch {
                // The next attempt would find the directory and keep the mode that the umask gave it.
                try? Self.unlink(name, in: parent, flags: AT_REMOVEDIR, operation: "remove the directory", at: place)
                throw error
            }
        }
    }

    /// Restores the bits that the umask removed; a set-group-ID bit that the parent passes on stays.
    ///
    /// It uses the descriptor, because another user with write access to the parent can replace the directory
    /// meanwhile.
    private static func setMode(
        _ mode: UInt32, ofDirectory name: FilePath, in parent: CInt, _ place: FilePath
    ) throws(PlatformError) {
        let number = unsafe name.withPlatformString { name in
            SystemCall.open.perform(on: place) {
                unsafe openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
        }
        guard number >= 0 else {
            guard Errno.current == .permissionDenied else { throw .system("open", path: place) }
            return try setMode(mode, ofClosedDirectory: name, in: parent, place)
        }
        let folder = OwnedDescriptor(adopting: number, path: place)
        let present = try folder.status().permissions
        let wanted = present & S_ISGID | mode
        if present != wanted { try folder.setMode(wanted) }
    }

    /// Does the same where the umask has closed the directory to its owner too (0477).
    ///
    /// A descriptor of the place needs no permission, and cannot be led elsewhere.
    private static func setMode(
        _ mode: UInt32, ofClosedDirectory name: FilePath, in parent: CInt, _ place: FilePath
    ) throws(PlatformError) {
        let number = unsafe name.withPlatformString { name in
            SystemCall.open.perform(on: place) {
                unsafe openat(
                    parent, name, vectorspool_open_place | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            }
        }
        guard number >= 0 else { throw .system("open", path: place) }
        let folder = OwnedDescriptor(adopting: number, path: place)
        let wanted = try folder.status().permissions & S_ISGID | mode
        let changed = SystemCall.changeMode.perform(on: place) {
            unsafe chmod("/proc/self/fd/\(folder.number)", wanted)
        }
        guard changed == 0 else { throw .system("set the mode", path: place) }
    }
}

extension OpenDirectory {
    /// Calls `body` for each entry except `.` and `..`, in the file system's order, without holding them all in memory.
    ///
    /// `body` returns whether to continue. Throws `PlatformError`, or what `body` throws.
    package func forEachEntry(
        of path: FilePath = FilePath(), _ body: (Directory.Entry) throws(PlatformError) -> Bool
    ) throws(PlatformError) {
        // This needs its own descriptor, because the position in a directory belongs to the descriptor.
        let stream = try DirectoryStream(in: self, path)
        while let entry = try stream.next() {
            guard try body(entry) else { return }
        }
    }

    /// The entries of a directory in the order of their names.
    package func entries(of path: FilePath = FilePath()) throws(PlatformError) -> [Directory.Entry] {
        var found: [Directory.Entry] = []
        try forEachEntry(of: path) { (entry) throws(PlatformError) in
            found.append(entry)
            return true
        }
        return Directory.sorted(found)
    }
}
