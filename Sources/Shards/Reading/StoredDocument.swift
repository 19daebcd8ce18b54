/// A document as a shard tells of it.
package struct StoredDocument: Sendable, Hashable {
    package let document: ShardDocument
    /// Its rows in the shard; never empty.
    package let rows: Range<Int>
}
