package import Platform
package import SystemPackage

/// A file that is ours: it lies in `work/`, where nobody else looks for it.
package struct ClaimedFile: Sendable, Equatable {
    package let name: ClaimName
    /// Its path below the inbox, from where it was taken.
    package let relativePath: FilePath
    /// Its status after the rename that claimed it, which changes `ctime`.
    package let status: FileStatus
    /// Where it lies now, below `work/`.
    package let path: FilePath

    /// The same claim with a status that was read later.
    func with(_ status: FileStatus) -> ClaimedFile {
        ClaimedFile(name: name, relativePath: relativePath, status: status, path: path)
    }
}
