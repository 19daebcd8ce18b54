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

    /// Makes a copy of a directory of files and directories, or of a file, which belongs to who runs the tests.
    ///
    /// FileManager gives a copy the owner of the original. Only root may do so when the sources are somebody else's.
    package static func copyTree(_ original: FilePath, to path: FilePath) throws(PlatformError) {
        guard try FileStatus.of(original).kind == .directory else {
            return try AtomicFile.replaceVolatile(FileContents.read(original), at: path)
        }
        try create(path)
        for entry in try entries(of: original) {
            try copyTree(original.appending(entry.name), to: path.appending(entry.name))
        }
    }
}
