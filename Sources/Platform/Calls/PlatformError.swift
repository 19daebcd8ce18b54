import Glibc
package import SystemPackage

/// A failed request to the operating system or to a C library.
///
/// It names the file and the request, because "No such file or directory" alone helps nobody; what the reader should do
/// about it is said by the layer that knows what the file was for.
package struct PlatformError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is, for callers that act on it.
    package enum Code: Sendable, Hashable {
        /// The operating system refused; `cause` holds its error number.
        case system
        /// The file is larger than the caller's limit.
        case tooLarge
        /// The bytes are not what the format asks for, or fail their checksum.
        case corrupt
        /// Somebody else holds the resource.
        case busy
    }

    package let code: Code
    /// What was tried, as a verb and its object: "open", "rename to /a/b".
    package let operation: String
    /// The file concerned, where there is one.
    package let path: FilePath?
    /// The error number of the failed system call.
    package let cause: Errno?
    /// What a C library said, where there is no error number.
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

    /// The failure that `errno` describes right now, just after a system call.
    package static func system(_ operation: String, path: FilePath? = nil) -> PlatformError {
        PlatformError(.system, operation, path: path, cause: Errno.current)
    }

    /// Whether it says for certain that there is no such name.
    package var isAbsence: Bool {
        code == .system && (cause == .noSuchFileOrDirectory || cause == .notDirectory)
    }

    package var description: String {
        (path.map { "\($0.displayName): " } ?? "") + withoutPath
    }

    /// The description for a message that names the file already.
    package var withoutPath: String {
        let reason = cause.map { ": \($0)" } ?? detail.map { ": \($0)" } ?? ""
        return "cannot \(operation)\(reason)"
    }
}

extension PlatformError {
    /// Whether those who drop a file can bring the error about, by what they do to it and to the folders it came in.
    ///
    /// Such a refusal concerns that file alone. Nothing else may wait for it to go away, because it need not.
    package var isOthersDoing: Bool {
        guard code == .system, let cause else { return false }
        switch cause {
        case .permissionDenied, .notPermitted, .fileExists, .noSuchFileOrDirectory, .notDirectory, .isDirectory,
            .directoryNotEmpty, .tooManySymbolicLinkLevels, .fileNameTooLong, .noSuchAddressOrDevice, .improperLink,
            .resourceBusy, .textFileBusy:
            return true
        // A lease that its owner holds on the file.
        case .resourceTemporarilyUnavailable: return true
        default: return false
        }
    }

    /// Whether the machine lacks something that every file needs: room, memory, descriptors, a file system that takes writes.
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
    /// The calling thread's `errno`; meaningful only right after a failed system call.
    static var current: Errno { Errno(rawValue: errno) }
}
