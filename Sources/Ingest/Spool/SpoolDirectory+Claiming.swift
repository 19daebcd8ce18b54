package import Inbox
package import Platform
package import SystemPackage

extension SpoolDirectory {
    /// What became of an attempt to claim a file.
    package enum ClaimOutcome: ~Copyable {
        /// It is ours, and open for reading.
        case claimed(ClaimedFile, OwnedDescriptor)
        /// Somebody writes it, or it changed since it was found ready.
        case busy
        /// Somebody removed or renamed it.
        case vanished
        /// We may not read or move it; why, and what to do.
        case blocked(String)
        /// It is no regular file.
        case notAFile
    }

    /// Moves a ready file into `work/`, unless somebody writes it.
    ///
    /// The rename happens under a read lease. When a writer comes in between, the file goes back where it was.
    /// - Throws: `PlatformError` for a fault of the system (disk full, no descriptors); the file is left in the inbox.
    package func claim(_ file: ReadyFile) throws(PlatformError) -> ClaimOutcome {
        guard file.status.kind == .regular else { return .notAFile }
        let source = inbox.pushing(file.path)
        let descriptor: OwnedDescriptor
        do throws(PlatformError) {
            descriptor = try OwnedDescriptor.open(source, OpenFlags.document)
        } catch {
            return try Self.refusal(error, file)
        }
        guard try descriptor.status().isSameVersion(as: file.status) else { return .busy }
        let name = ClaimName.fresh(size: file.status.size)
        let target = work.appending(name.text).pushing(file.path)
        var moved = false
        do throws(PlatformError) {
            moved = try FileLease.with(descriptor) { (answer, holds) throws(PlatformError) in
                guard answer != .writerPresent else { return false }
                try Directory.create(target.removingLastComponent(), mode: 0o700)
                try Directory.renameExclusively(source, to: target)
                guard holds() else {
                    try Directory.renameExclusively(target, to: source)
                    return false
                }
                return true
            }
        } catch {
            removeClaimDirectories(name, file.path)
            return try Self.refusal(error, file)
        }
        guard moved else {
            removeClaimDirectories(name, file.path)
            return .busy
        }
        let claimed = ClaimedFile(
            name: name, relativePath: file.path, status: try descriptor.status(), path: target)
        return .claimed(claimed, descriptor)
    }

    private static func refusal(_ error: PlatformError, _ file: ReadyFile) throws(PlatformError) -> ClaimOutcome {
        switch error.cause {
        case .noSuchFileOrDirectory: return .vanished
        // It became a link, or its name was taken again while it went back.
        case .tooManySymbolicLinkLevels, .fileExists, .noSuchAddressOrDevice: return .busy
        case .permissionDenied, .notPermitted:
            return .blocked(
                "it belongs to user \(file.status.owner) with mode \(String(file.status.permissions, radix: 8)) and cannot be "
                    + "taken (\(error)); make it readable: chmod a+r, and its folder writable for the daemon")
        default: throw error
        }
    }

    /// Gives a claimed file back to the inbox, when that name is still free.
    ///
    /// - Returns: whether it went back.
    package func giveBack(_ file: ClaimedFile) throws(PlatformError) -> Bool {
        let target = inbox.pushing(file.relativePath)
        do throws(PlatformError) {
            try Directory.create(target.removingLastComponent())
            try Directory.renameExclusively(file.path, to: target)
        } catch {
            guard error.cause == .fileExists else { throw error }
            return false
        }
        removeClaimDirectories(file.name, file.relativePath)
        return true
    }

    /// Removes the directories of a claim whose file has gone.
    package func removeClaimDirectories(_ name: ClaimName, _ relativePath: FilePath) {
        let top = work.appending(name.text)
        var directory = top.pushing(relativePath)
        while directory.removeLastComponent(), directory != work, directory.starts(with: top) {
            // Not empty means that something is there that we did not put; it is found at the next start.
            guard (try? Directory.removeEmpty(directory)) != nil else { return }
        }
    }

    /// What lies in `work/`: the claims of earlier runs, oldest first, and names that are no claims.
    package func leftoverClaims() throws(PlatformError) -> (claims: [ClaimedFile], strangers: [FilePath]) {
        var claims: [ClaimedFile] = []
        var strangers: [FilePath] = []
        for entry in try Directory.entries(of: work) {
            let top = work.appending(entry.name)
            guard let name = ClaimName(entry.name.string) else {
                if entry.name.bytes.first != UInt8(ascii: ".") { strangers.append(top) }
                continue
            }
            let files = try Self.files(in: top, below: FilePath())
            if files.isEmpty { try? Directory.removeTree(top) }
            for path in files {
                let file = top.pushing(path)
                claims.append(
                    ClaimedFile(name: name, relativePath: path, status: try FileStatus.of(file), path: file))
            }
        }
        return (claims, strangers)
    }

    private static func files(in top: FilePath, below path: FilePath) throws(PlatformError) -> [FilePath] {
        var found: [FilePath] = []
        for entry in try Directory.entries(of: top.pushing(path)) {
            let child = path.appending(entry.name)
            if try FileStatus.of(top.pushing(child)).kind == .directory {
                found += try files(in: top, below: child)
            } else {
                found.append(child)
            }
        }
        return found
    }
}
