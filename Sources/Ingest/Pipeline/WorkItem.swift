import Encoding
import Platform
import Shards

/// What flows through the pipeline, in the order of the claims: the documents of a file, then its end.
enum WorkItem: Sendable {
    case document(PreparedDocument)
    case end(FileEnd)
}

/// A document that is cut into passages and waits for its vectors.
struct PreparedDocument: Sendable {
    let claim: ClaimName
    /// The record of the shard; its claim is filled in when it is known whether the file ends in the same commit.
    let record: ShardDocument
    let text: [UInt8]
    /// Bytes of the file before `text`.
    let textOffset: Int
    let passages: [Passage]

    var tokenCount: Int { passages.reduce(0) { $0 + $1.tokens.count } }
}

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

/// A document with its vectors, or the reason why there are none.
struct EncodedDocument: Sendable {
    let prepared: PreparedDocument
    /// `passages.count * dimension` floats.
    let vectors: [Float]
    let fault: DocumentFault?
    /// What the document was charged to the budget.
    let charge: Int
}

/// A work item after the encoder.
enum EncodedItem: Sendable {
    case document(EncodedDocument)
    case end(FileEnd)
}
