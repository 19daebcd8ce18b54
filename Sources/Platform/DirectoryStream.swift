import Glibc
package import SystemPackage

/// The names of a directory one after another, for a reader that pauses in between and lets others work.
///
/// A class, because a walk through a tree keeps a stack of them; it belongs to one thread. Names that are removed while
/// it is open do not disturb it, and names that were there from the start come exactly once.
@safe
package final class DirectoryStream {
    private let stream: OpaquePointer
    private let path: FilePath

    /// Opens the directory.
    ///
    /// - Parameter followingLink: whether the name may be a link; false for names that others can exchange.
    /// - Throws: `PlatformError` of code `.system`; cause `.notDirectory` or `.tooManySymbolicLinkLevels` when it is none.
    package init(_ path: FilePath, followingLink: Bool = false) throws(PlatformError) {
        let flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK | O_CLOEXEC | (followingLink ? 0 : O_NOFOLLOW)
        let number = unsafe path.withPlatformString { name in retryingInterrupts { unsafe Glibc.open(name, flags) } }
        guard number >= 0 else { throw .system("list the directory", path: path) }
        guard let stream = unsafe fdopendir(number) else {
            let error = PlatformError.system("list the directory", path: path)
            _ = Glibc.close(number)
            throw error
        }
        unsafe self.stream = stream
        self.path = path
    }

    deinit { _ = unsafe closedir(stream) }

    /// The next name, in the file system's order, without `.` and `..`; nil after the last one.
    package func next() throws(PlatformError) -> Directory.Entry? {
        while true {
            errno = 0
            guard let record = unsafe readdir(stream) else {
                guard errno == 0 else { throw .system("list the directory", path: path) }
                return nil
            }
            if let entry = unsafe Directory.entry(record) { return entry }
        }
    }
}
