import Glibc
package import SystemPackage

/// A failed request to the operating system or to a C library.
///
/// It names the file and the request, because "No such file or directory" alone does not help. The layer that knows the
/// purpose of the file says what the reader should do.
package struct PlatformError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of failure, for callers that act on it.
    package enum Code: Sendable, Hashable {
        /// The operating system refused; `cause` holds its error number.
        case system
        /// The file is larger than the caller's limit.
        case tooLarge
        /// The bytes do not follow the format, or their checksum is wrong.
        case corrupt
        /// Another process holds the resource.
        case busy
    }

    package let code: Code
    /// The request as a verb and its object: "open", "rename to /a/b".
    package let operation: String
    /// The file concerned, if any.
    package let path: FilePath?
    /// The error number of the failed system call.
    package let cause: Errno?
    /// The message of a C library, where there is no error number.
    package let detail: String?

    package init(
        _ code: Code, _ operation: String, path: FilePath? = nil, cause: Errno? = nil, detail: String? = nil
    ) {
        self.code = code
        self.operation = operation
        self.path = path
        self.cause = cause
        self.detail = detail
    }

    /// The failure that `errno` describes; call it directly after a system call.
    package static func system(_ operation: String, path: FilePath? = nil) -> PlatformError {
        PlatformError(.system, operation, path: path, cause: Errno.current)
    }

    /// Whether the error proves that the name does not exist.
    package var isAbsence: Bool {
        code == .system && (cause == .noSuchFileOrDirectory || cause == .notDirectory)
    }

    package var description: String {
        (path.map { "\($0.displayName): " } ?? "") + withoutPath
    }

    /// The description for a message that already names the file.
    package var withoutPath: String {
        let reason = cause.map { ": \($0)" } ?? detail.map { ": \($0)" } ?? ""
        return "cannot \(operation)\(reason)"
    }
}

extension PlatformError {
    /// Whether the people who drop a file can cause the error, by what they do to the file or the folders it came in.
    ///
    /// Such a failure concerns that file alone. Nothing else may wait for it to pass, because it may never pass.
    package var isOthersDoing: Bool {
        guard code == .system, let cause else { return false }
        switch cause {
        case .permissionDenied, .notPermitted, .fileExists, .noSuchFileOrDirectory, .notDirectory, .isDirectory,
            .directoryNotEmpty, .tooManySymbolicLinkLevels, .fileNameTooLong, .noSuchAddressOrDevice, .improperLink,
            .resourceBusy, .textFileBusy:
            return true
        // The owner holds a lease on the file.
        case .resourceTemporarilyUnavailable: return true
        default: return false
        }
    }

    /// What to say of a full disk, which no path of a file that is being made explains; nil for any other error.
    ///
    /// - Parameter folder: a folder on the disk that a person knows; nil for that of the file.
    /// - Returns: the fault with its place, without a remedy.
    package func fullDisk(of folder: FilePath? = nil) -> String? {
        let place = (folder ?? path?.removingLastComponent()).map { " of \($0.displayName)" } ?? ""
        return switch cause {
        case .noSpace where code == .system: "the disk\(place) is full"
        case .diskQuotaExceeded where code == .system: "the quota on the disk\(place) is used up"
        default: nil
        }
    }

    /// Whether the machine lacks something that every file needs: space, memory, descriptors, a writable file system.
    package var isShortage: Bool {
        guard code == .system, let cause else { return false }
        switch cause {
        case .noSpace, .diskQuotaExceeded, .noMemory, .tooManyOpenFiles, .tooManyOpenFilesInSystem, .readOnlyFileSystem:
            return true
        default: return false
        }
    }
}

extension Errno {
    /// The calling thread's `errno`; valid only directly after a failed system call.
    static var current: Errno { Errno(rawValue: errno) }
}
