package import Platform
package import SystemPackage

/// Why an index, or a file of it, cannot be read, written or used.
package struct ShardsError: Error, Sendable, CustomStringConvertible {
    /// The kind of failure, for callers that act on it.
    package enum Code: Sendable, Hashable {
        /// The operating system refused, as `cause` explains; the state of the index itself is unknown.
        case system
        /// There is no index where one was expected.
        case notFound
        /// There is already an index where one should be created.
        case exists
        /// A file violates the format: damaged, truncated, or foreign.
        case corrupt
        /// The file has a later format, or uses something that this version does not know.
        case unsupported
        /// The index was made with another model, ranges, dimension or precision.
        case mismatch
        /// The caller's data cannot be stored.
        case invalid
        /// Other writers kept committing while this commit was tried.
        case conflict
    }

    package let code: Code
    /// The file or index directory concerned.
    package let path: FilePath?
    /// The part of the file, in the words of Format.md: "header", "text", "seek table".
    package let section: String?
    /// The offset in the file where the failure was detected.
    package let offset: Int?
    /// The error of the operating system or of a C library.
    package let cause: PlatformError?
    /// What happened and what to do.
    package let message: String

    package init(
        _ code: Code, path: FilePath? = nil, section: String? = nil, offset: Int? = nil, cause: PlatformError? = nil,
        _ message: String
    ) {
        self.code = code
        self.path = path
        self.section = section
        self.offset = offset
        self.cause = cause
        self.message = message
    }

    /// A refusal of the operating system, or a file that is too large for its kind.
    init(_ cause: PlatformError, path: FilePath) {
        let isTooLarge = cause.code == .tooLarge
        self.init(
            cause.code == .system ? .system : .corrupt, path: path, cause: cause,
            isTooLarge ? "the file is too large for its kind" : "cannot \(cause.operation)")
    }

    package var description: String {
        let file = path.map { "\($0.displayName): " } ?? ""
        let place = section.map { offset == nil ? "\($0): " : "\($0), offset \(offset ?? 0): " } ?? ""
        let reason = cause.flatMap { $0.cause.map { ": \($0)" } ?? $0.detail.map { ": \($0)" } } ?? ""
        return file + place + message + reason
    }
}
