/// What is known of a shard that has just been written: enough to commit it without reading it again.
///
/// It is kept until its commit has returned, because a commit that failed is tried again with the same shard.
package struct ShardReceipt: Sendable {
    /// A document and where its rows are.
    package struct Document: Sendable, Hashable {
        /// Of its identifier.
        package let digest: IdentifierDigest
        /// Of its path alone; `digest` when it is no item of a file.
        package let path: IdentifierDigest
        package let key: KeyPrefix
        private let firstRow: UInt32
        private let rowCount: UInt32
        private let claimNumber: UInt32

        init(_ document: ShardDocument, rows: Range<Int>, claim: Int) {
            digest = IdentifierDigest(path: document.path, item: document.item)
            path = document.item == nil ? digest : IdentifierDigest(path: document.path)
            key = KeyPrefix(document.key)
            firstRow = UInt32(rows.lowerBound)
            rowCount = UInt32(rows.count)
            claimNumber = UInt32(claim)
        }

        /// Its rows in the shard.
        package var rows: Range<Int> { Int(firstRow)..<Int(firstRow) + Int(rowCount) }
        /// The place of its claim in the receipt's `claims`.
        package var claim: Int { Int(claimNumber) }
    }

    package let name: ShardName
    package let rowCount: Int
    /// Bytes of the file.
    package let byteCount: Int
    /// XXH64 of the file's index, which covers all else.
    package let checksum: UInt64
    /// The claims that its documents came under.
    package let claims: [String]
    /// In row order.
    package let documents: [Document]
}
