package import Inbox
package import Platform
package import SystemPackage

extension SpoolDirectory {
    /// What became of an attempt to claim a file.
    package enum ClaimOutcome: ~Copyable {
        /// It is ours, and open for reading.
        case claimed(ClaimedFile, OwnedDescriptor)
        /// Somebody writes it.
        case busy
        /// It changed since it was found ready.
        case changed
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
        guard try descriptor.status().isSameContents(as: file.status) else { return .changed }
        let name = ClaimName.fresh(size: file.status.size)
        let target = place(of: name, file.path)
        var moved = false
        do throws(PlatformError) {
            moved = try FileLease.with(descriptor) { (answer, holds) throws(PlatformError) in
                guard answer != .writerPresent else { return false }
                try Self.take(source, to: target)
                guard holds() else {
                    try Directory.renameExclusively(target, to: source)
                    return false
                }
                return true
            }
        } catch {
            removeFolders(of: target)
            return try Self.refusal(error, file)
        }
        guard moved else {
            removeFolders(of: target)
            return .busy
        }
        let claimed = ClaimedFile(
            name: name, relativePath: file.path, status: try descriptor.status(), path: target)
        return .claimed(claimed, descriptor)
    }

    /// Where a claimed file lies: time, size and boot of the claim are in the name, for recovery.
    package func place(of name: ClaimName, _ relativePath: FilePath) -> FilePath {
        let mark = Array((name.text + Self.claimMark).utf8)
        guard let bytes = relativePath.lastComponent?.bytes, mark.count + bytes.count <= 255,
            let marked = FilePath.Component(bytes: mark + bytes)
        else { return work.appending(name.text).pushing(relativePath) }
        return claimed.pushing(relativePath.removingLastComponent()).appending(marked)
    }

    // Ends the claim in a name: no digit of a claim.
    private static let claimMark = "-"

    /// Renames, making the folders of `target` as long as somebody else removes them because they are empty.
    private static func take(_ source: FilePath, to target: FilePath) throws(PlatformError) {
        for _ in 0..<100 {
            do throws(PlatformError) {
                return try Directory.renameExclusively(source, to: target)
            } catch {
                guard error.cause == .noSuchFileOrDirectory, FileStatus.exists(source) else { throw error }
            }
            do throws(PlatformError) {
                try Directory.create(target.removingLastComponent(), mode: 0o700)
            } catch {
                guard error.cause == .noSuchFileOrDirectory else { throw error }
            }
        }
        // Two that are so much in step will not be the next time.
        throw PlatformError(.system, "rename to \(target)", path: source, cause: .fileExists)
    }

    private static func refusal(_ error: PlatformError, _ file: ReadyFile) throws(PlatformError) -> ClaimOutcome {
        switch error.cause {
        case .noSuchFileOrDirectory: return .vanished
        case .fileNameTooLong:
            return .blocked(
                "its name or path is too long to move through the spool; give it and its folders shorter names")
        // It became a link, or its name was taken again while it went back.
        case .tooManySymbolicLinkLevels, .fileExists, .noSuchAddressOrDevice: return .changed
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
        removeFolders(of: file.path)
        return true
    }

    /// Removes the folders of `work/` above a file that has gone, unless others still lie there.
    package func removeFolders(of path: FilePath) {
        guard path.starts(with: work) else { return }
        var directory = path
        while directory.removeLastComponent(), directory != work {
            // Not empty: another claim is there, or something that we did not put, which is found at the next start.
            guard (try? Directory.removeEmpty(directory)) != nil else { return }
        }
    }

    /// Removes the folders of many files that have gone; each folder is tried once.
    package func removeFolders(of files: [ClaimedFile]) {
        for folder in Set(files.map { $0.path.removingLastComponent() }) { removeFolders(of: folder.appending("file")) }
    }

    /// What lies in `work/`: the claims of earlier runs, oldest first, and names that are no claims.
    package func leftoverClaims() throws(PlatformError) -> (claims: [ClaimedFile], strangers: [FilePath]) {
        var claims: [ClaimedFile] = []
        var strangers: [FilePath] = []
        for entry in try Directory.entries(of: work) where entry.name.bytes != claimed.lastComponent?.bytes {
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
        guard FileStatus.exists(claimed) else { return (claims, strangers) }
        for path in try Self.files(in: claimed, below: FilePath()) {
            let file = claimed.pushing(path)
            guard let (name, relativePath) = Self.claim(of: path) else {
                strangers.append(file)
                continue
            }
            claims.append(
                ClaimedFile(name: name, relativePath: relativePath, status: try FileStatus.of(file), path: file))
        }
        Self.removeEmptyFolders(in: claimed)
        // Each name is spelled once, not at each comparison.
        let sorted = claims.map { ($0.name.text, $0) }.sorted { $0.0 < $1.0 }.map(\.1)
        return (sorted, strangers)
    }

    /// Takes the claim out of the last name of a path below `claimed`.
    private static func claim(of path: FilePath) -> (ClaimName, FilePath)? {
        guard let bytes = path.lastComponent?.bytes, let end = bytes.firstIndex(of: UInt8(ascii: "-")),
            let text = String(validating: bytes[..<end], as: UTF8.self), let name = ClaimName(text),
            let file = FilePath.Component(bytes: Array(bytes[(end + 1)...]))
        else { return nil }
        return (name, path.removingLastComponent().appending(file))
    }

    /// What a process leaves that dies before it tidies up.
    private static func removeEmptyFolders(in folder: FilePath) {
        for entry in (try? Directory.entries(of: folder)) ?? [] where entry.kind == .directory {
            removeEmptyFolders(in: folder.appending(entry.name))
        }
        _ = try? Directory.removeEmpty(folder)
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
