package import Platform
package import SystemPackage

/// Something in the inbox that nobody is writing any more, as far as names and time stamps tell.
///
/// Whoever takes it compares its status once more, under a lease, because the directory is the truth and this a message.
package struct ReadyFile: Sendable, Equatable {
    /// The path below the inbox, byte for byte.
    package let path: FilePath
    /// Its status when it was found ready; kinds other than `.regular` are to be refused, never read.
    package let status: FileStatus

    package init(path: FilePath, status: FileStatus) {
        self.path = path
        self.status = status
    }
}
