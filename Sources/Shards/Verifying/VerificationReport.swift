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
