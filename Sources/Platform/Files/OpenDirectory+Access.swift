import Glibc
package import SystemPackage

extension OpenDirectory {
    /// Whether this process may move a file out of a folder below this one, as far as modes and lists of access tell.
    ///
    /// In a folder with the sticky bit only the owner of the file and that of the folder may.
    package func allowsMoving(outOf folder: FilePath, fileOwner: UInt32) throws(PlatformError) -> Bool {
        let status = try folder.isEmpty ? status() : status(of: folder)
        let user = CurrentProcess.user
        if status.permissions & S_ISVTX != 0, user != 0, status.owner != user, fileOwner != user { return false }
        guard !folder.isEmpty else { return Self.isWritable(descriptor.number, ".", place: path) }
        return try withParent(of: folder) { (parent, name) throws(PlatformError) in
            Self.isWritable(parent, name, place: place(of: folder))
        }
    }

    private static func isWritable(_ directory: CInt, _ name: FilePath, place: FilePath) -> Bool {
        unsafe name.withPlatformString { name in
            SystemCall.status.perform(on: place) {
                unsafe faccessat(directory, name, W_OK | X_OK, AT_EACCESS | AT_SYMLINK_NOFOLLOW)
            }
        } == 0
    }
}
