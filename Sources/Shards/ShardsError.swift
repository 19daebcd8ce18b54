package import Platform
package import SystemPackage

/// Why an index, or a file of it, cannot be read, written or used.
package struct ShardsError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is, for callers that act on it.
    package enum Code: Sendable, Hashable {
        /// The operating system refused; `cause` says why. Nothing is known about the index itself.
        case system
        /// There is no index where one was expected.
        case notFound
        /// There is an index already where one was to be created.
        case exists
        /// A file is not what the format says: damaged, cut short, or not ours.
        case corrupt
        /// The file is of a later format, or uses something that this version does not know.
        case unsupported
        /// The index was made with another model, ranges, dimension or precision.
        case mismatch
        /// What the caller handed over cannot be stored.
        case invalid
        /// Others committed again and again while this commit was tried.
        case conflict
    }

    package let code: Code
    /// The file, or the index directory, concerned.
    package let path: FilePath?
    /// The part of the file, in the words of Format.md: "header", "text", "seek table".
    package let section: String?
    /// The offset in the file where it was noticed.
    package let offset: Int?
    /// What the operating system or a C library said.
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

    /// A refusal of the operating system, or a file that is larger than its kind can be.
    init(_ cause: PlatformError, path: FilePath) {
        let isTooLarge = cause.code == .tooLarge
        self.init(
            cause.code == .system ? .system : .corrupt, path: path, cause: cause,
            isTooLarge ? "the file is larger than such a file can be" : "cannot \(cause.operation)")
    }

    package var description: String {
        let file = path.map { "\($0.displayName): " } ?? ""
        let place = section.map { offset == nil ? "\($0): " : "\($0), offset \(offset ?? 0): " } ?? ""
        let reason = cause.flatMap { $0.cause.map { ": \($0)" } ?? $0.detail.map { ": \($0)" } } ?? ""
        return file + place + message + reason
    }
}
