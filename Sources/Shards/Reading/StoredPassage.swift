/// A passage as a shard tells of it: one row.
package struct StoredPassage: Sendable, Hashable {
    /// Number of its document in the shard.
    package let document: Int
    /// Number of the passage in its document, from 0.
    package let ordinal: Int
    package let byteRange: Range<Int>
    /// From 1.
    package let lineRange: ClosedRange<Int>
    package let tokenCount: Int
    package let isTruncated: Bool
    /// Number of the text frame in the shard.
    package let textFrame: Int
    /// Where its text stands in the decoded frame.
    package let textRange: Range<Int>
}
