package import Platform
package import SystemPackage

/// A directory for one test, removed with its contents when the last reference ends.
package final class ScratchDirectory: Sendable {
    /// The directory's path.
    package let path: FilePath

    /// Makes the directory under `/tmp`.
    package init() throws(PlatformError) {
        path = FilePath("/tmp/vectorspool-test-\(UInt64.random(in: .min ... .max))")
        try Directory.create(path)
    }

    deinit {
        try? Directory.removeTree(path)
    }
}

extension Directory {
    /// Removes a directory with its contents; symbolic links are removed, not followed.
    package static func removeTree(_ path: FilePath) throws(PlatformError) {
        guard let name = path.lastComponent else { return }
        try OpenDirectory(path.removingLastComponent()).removeTree(FilePath(root: nil, [name]))
    }
}
