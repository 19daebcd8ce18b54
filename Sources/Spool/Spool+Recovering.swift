import Identity
package import Platform
package import SystemPackage

extension Spool {
    /// The contents of `work/`: the claims of earlier runs, oldest first, and names that are not claims.
    package func leftoverClaims() throws(PlatformError) -> (claims: [ClaimedFile], strangers: [FilePath]) {
        var strangers: [FilePath] = []
        let claims = try claims(below: FilePath(), &strangers) + leftoverCopies(&strangers)
        // Each name is formatted once instead of at each comparison.
        let sorted = claims.map { ($0.name.text, $0) }.sorted { $0.0 < $1.0 }.map(\.1)
        return (sorted, strangers)
    }

    /// The claims in `work/` itself, or in the folder of it that is laid out in the same way.
    func claims(below base: FilePath, _ strangers: inout [FilePath]) throws(PlatformError) -> [ClaimedFile] {
        var claims: [ClaimedFile] = []
        for entry in try work.entries(of: base) where ![Self.claimed, Self.copied].contains(entry.name.string) {
            let top = base.appending(entry.name)
            guard let name = ClaimName(entry.name.string) else {
                // Hidden names belong to this program.
                if entry.name.bytes.first != UInt8(ascii: ".") { strangers.append(top) }
                continue
            }
            let files = try files(in: top, &strangers)
            if files.isEmpty { try? work.removeTree(top) }
            for (path, status) in files {
                claims.append(
                    ClaimedFile(name: name, relativePath: path, status: status, path: top.pushing(path)))
            }
        }
        let claimed = base.appending(Self.claimed)
        guard try work.statusIfPresent(claimed) != nil else { return claims }
        for (path, status) in try files(in: claimed, &strangers) {
            let file = claimed.pushing(path)
            guard let (name, relativePath) = Self.claim(of: path) else {
                strangers.append(file)
                continue
            }
            claims.append(ClaimedFile(name: name, relativePath: relativePath, status: status, path: file))
        }
        removeEmptyFolders(in: claimed)
        return claims
    }

    /// The paths of what is in work, this run's claims too; what moves meanwhile may be among them or not.
    package func pathsInWork() throws(PlatformError) -> Set<FilePath> {
        var found: Set<FilePath> = []
        var folders = [FilePath()]
        while let folder = folders.popLast() {
            let entries: [Directory.Entry]
            do throws(PlatformError) {
                entries = try work.entries(of: folder)
            } catch {
                // Emptied folders are removed all the time; work/ itself is not.
                guard error.isAbsence, !folder.isEmpty else { throw error }
                continue
            }
            for entry in entries {
                let path = folder.appending(entry.name)
                if entry.kind == .some(.directory) { folders.append(path) }
                if entry.kind != .some(.directory), let path = Self.pathBelowInbox(of: path) { found.insert(path) }
            }
        }
        return found
    }

    /// Where a file of `work/` was in the inbox; nil for anything that is no claim.
    private static func pathBelowInbox(of path: FilePath) -> FilePath? {
        var rest = path
        _ = rest.removePrefix(FilePath(copied))
        if rest.removePrefix(FilePath(claimed)) { return claim(of: rest)?.1 }
        guard let first = rest.components.first, ClaimName(first.string) != nil,
            rest.removePrefix(FilePath(first.string))
        else { return nil }
        return rest
    }

    /// Parses the claim in the last name of a path below `claimed`.
    private static func claim(of path: FilePath) -> (ClaimName, FilePath)? {
        guard let bytes = path.lastComponent?.bytes, let end = bytes.firstIndex(of: UInt8(ascii: "-")),
            let text = String(validating: bytes[..<end], as: UTF8.self), let name = ClaimName(text),
            let file = FilePath.Component(bytes: Array(bytes[(end + 1)...]))
        else { return nil }
        return (name, path.removingLastComponent().appending(file))
    }

    /// Removes empty folders of a process that died before it cleaned up.
    private func removeEmptyFolders(in folder: FilePath) {
        for entry in (try? work.entries(of: folder)) ?? [] where entry.kind == .directory {
            removeEmptyFolders(in: folder.appending(entry.name))
        }
        try? work.removeDirectory(folder)
    }

    /// Everything but the folders below a folder of `work/`; paths are relative to it.
    ///
    /// `strangers` receives folders of others, whose names have no meaning and which may be closed to us.
    private func files(
        in top: FilePath, _ strangers: inout [FilePath]
    ) throws(PlatformError) -> [(path: FilePath, status: FileStatus)] {
        var found: [(path: FilePath, status: FileStatus)] = []
        var folders = [FilePath()]
        while let folder = folders.popLast() {
            let directory = try work.directory(top.pushing(folder))
            for entry in try directory.entries() {
                let child = folder.appending(entry.name)
                // It vanished meanwhile.
                guard let status = try directory.statusIfPresent(FilePath(root: nil, [entry.name])) else { continue }
                switch status.kind {
                case .directory where status.owner == CurrentProcess.user || status.owner == 0: folders.append(child)
                case .directory: strangers.append(top.pushing(child))
                default: found.append((child, status))
                }
            }
        }
        return found
    }
}
