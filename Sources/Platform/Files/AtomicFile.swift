package import SystemPackage

/// Replaces a file by its path, in places that only the user who runs the program can write to.
///
/// Below the spool and the index use `OpenDirectory`, which also publishes files that must survive a power cut.
package enum AtomicFile {
    /// Writes a small file that a power cut may lose but that readers never see half written.
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
