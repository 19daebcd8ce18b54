import Platform
import Shards

/// All documents of a file have been sent.
struct FileEnd: Sendable {
    let file: ClaimedFile
    let digest: SHA256Digest?
    /// Everything that the file holds, changed or not: what the index has beyond it dies.
    let identifiers: Set<DocumentIdentifier>
    /// Documents that the index has already.
    let unchanged: Int
    let badLines: [LineFault]
    /// What the file was charged to the budget.
    let charge: Int
}
