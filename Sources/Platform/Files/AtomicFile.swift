package import SystemPackage

/// Publishing a file by its path, for places that only whoever runs the program can write to.
///
/// Below the spool and the index `OpenDirectory` does it. The order of the calls is explained there.
package enum AtomicFile {
    /// Replaces `path` by `bytes`.
    ///
    /// - Throws: `PlatformError` of code `.system`, also when the new file stands but its directory cannot be synchronized.
    package static func write(_ bytes: [UInt8], to path: FilePath, mode: UInt32 = 0o644) throws(PlatformError) {
        let (directory, name) = try parts(of: path)
        if case .unknown(let error) = try directory.publish(bytes, as: name, mode: mode, isReplacing: true) {
            throw error
        }
    }

    /// Creates `path` with `bytes`; fails when the name is taken, however close the race.
    package static func create(_ bytes: [UInt8], at path: FilePath, mode: UInt32 = 0o644) throws(PlatformError) {
        let (directory, name) = try parts(of: path)
        if case .unknown(let error) = try directory.publish(bytes, as: name, mode: mode, isReplacing: false) {
            throw error
        }
    }

    /// Writes a small file that may be lost in a power cut but is never seen half written.
    package static func replaceVolatile(
        _ bytes: [UInt8], at path: FilePath, mode: UInt32 = 0o644
    ) throws(PlatformError) {
        let (directory, name) = try parts(of: path)
        try directory.replaceVolatile(bytes, as: name, mode: mode)
    }

    /// A hidden name beside `path` that no other process uses.
    package static func temporaryName(beside path: FilePath) -> FilePath {
        path.removingLastComponent().pushing(OpenDirectory.temporaryName(for: path.lastComponent ?? "file"))
    }

    private static func parts(of path: FilePath) throws(PlatformError) -> (OpenDirectory, FilePath.Component) {
        guard let name = path.lastComponent, name.kind == .regular else {
            throw PlatformError(.system, "write", path: path, cause: .isDirectory)
        }
        return (try OpenDirectory(path.removingLastComponent()), name)
    }
}
