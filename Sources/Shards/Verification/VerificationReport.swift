/// The result of checking every byte of an index.
package struct VerificationReport: Sendable {
    /// The findings; empty when the index is intact.
    package var findings: [VerificationFinding] = []
    /// The files that no kept generation names, and temporary files: left by a crash or about to be collected,
    /// harmless.
    package var orphans: [String] = []
    /// The number of files read.
    package var fileCount = 0
    /// The size of those files in bytes.
    package var byteCount = 0
    /// The rows of the newest generation, dead ones included.
    package var rowCount = 0
    /// The newest generation that verifies; nil when none does.
    package var generation: Int?

    package init() {}

    package var isSound: Bool { findings.isEmpty }
}

/// One problem of an index, and its position.
package struct VerificationFinding: Sendable, Hashable, CustomStringConvertible {
    /// The file's name in the index directory.
    package let file: String
    /// The part of the file, in the words of Format.md: "header", "codes", "seek table".
    package let section: String
    /// The offset in the file; for a damaged frame or block, its first byte.
    package let offset: Int?
    /// What is wrong.
    package let message: String

    package init(file: String, section: String, offset: Int?, _ message: String) {
        self.file = file
        self.section = section
        self.offset = offset
        self.message = message
    }

    init(_ error: ShardsError, file: String) {
        self.init(
            file: file, section: error.section ?? "file", offset: error.offset,
            ShardsError(error.code, cause: error.cause, error.message).description)
    }

    package var description: String {
        "\(file): \(section)\(offset.map { ", offset \($0)" } ?? ""): \(message)"
    }
}
