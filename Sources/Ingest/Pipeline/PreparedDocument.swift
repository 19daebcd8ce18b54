import Encoding
import Shards

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
