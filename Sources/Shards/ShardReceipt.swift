package import Platform

/// What is known of a shard that has just been written: enough to commit it without reading it again.
package struct ShardReceipt: Sendable {
    /// A document and where its rows are.
    package struct Document: Sendable, Hashable {
        package let identifier: DocumentIdentifier
        package let key: SHA256Digest
        package let claim: String
        /// Its rows in the shard.
        package let rows: Range<Int>
    }

    package let name: ShardName
    package let rowCount: Int
    /// Bytes of the file.
    package let byteCount: Int
    /// XXH64 of the file's index, which covers all else.
    package let checksum: UInt64
    /// In row order.
    package let documents: [Document]
}
