/// The outcome of checking every byte of an index.
package struct VerificationReport: Sendable {
    /// What is wrong; empty when all is well.
    package var findings: [VerificationFinding] = []
    /// Files that no kept generation names, and temporary files: left by a crash or waiting to be collected, harmless.
    package var orphans: [String] = []
    /// Files that were read.
    package var fileCount = 0
    /// Their bytes.
    package var byteCount = 0
    /// Rows of the newest generation, dead ones included.
    package var rowCount = 0
    /// The newest generation that verifies; nil when none does.
    package var generation: Int?

    package init() {}

    package var isSound: Bool { findings.isEmpty }
}

/// One thing that is wrong with an index, and where.
package struct VerificationFinding: Sendable, Hashable, CustomStringConvertible {
    /// The file's name in the index directory.
    package let file: String
    /// The part of the file, in the words of Format.md: "header", "codes", "seek table".
    package let section: String
    /// Offset in the file; of a damaged frame or block its first byte.
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
