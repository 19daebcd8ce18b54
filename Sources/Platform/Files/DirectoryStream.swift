import Glibc
package import SystemPackage

/// Reads the names of a directory one at a time, for a reader that pauses in between.
///
/// It is a class because a walk through a tree keeps a stack of them; it belongs to one thread. Names removed while it
/// is open do not disturb it, and names present from the start appear exactly once.
@safe
package final class DirectoryStream {
    private let stream: OpaquePointer
    private let path: FilePath

    /// Opens a directory below another one, or that one itself.
    ///
    /// - Throws: `PlatformError` of code `.system`; cause `.notDirectory` or `.tooManySymbolicLinkLevels` when the path
    ///   is not a directory.
    package convenience init(in directory: OpenDirectory, _ path: FilePath) throws(PlatformError) {
        let opened = try directory.open(path.isEmpty ? "." : path, O_RDONLY | O_DIRECTORY)
        try self.init(opened, place: directory.place(of: path))
    }

    /// Takes ownership of an open directory.
    init(_ directory: consuming OwnedDescriptor, place: FilePath) throws(PlatformError) {
        var opened: OpaquePointer?
        let result = SystemCall.list.perform(on: place) { () -> CInt in
            unsafe opened = fdopendir(directory.number)
            return unsafe opened == nil ? -1 : 0
        }
        guard result == 0, let stream = unsafe opened else { throw .system("list the directory", path: place) }
        // Closing the stream closes the descriptor.
        _ = directory.take()
        unsafe self.stream = stream
        path = place
    }

    deinit { _ = unsafe closedir(stream) }

    /// The next name, in the file system's order, without `.` and `..`; nil after the last one.
    package func next() throws(PlatformError) -> Directory.Entry? {
        while true {
            var record: UnsafeMutablePointer<dirent>?
            let result = SystemCall.list.perform(on: path) { () -> CInt in
                errno = 0
                unsafe record = readdir(stream)
                return unsafe record == nil && errno != 0 ? -1 : 0
            }
            guard result == 0 else { throw .system("list the directory", path: path) }
            guard let record = unsafe record else { return nil }
            if let entry = unsafe Directory.entry(record) { return entry }
        }
    }
}
