/// The facts about a newly written shard that a commit needs, so it does not have to read the shard.
///
/// It is kept until its commit has returned, because a failed commit is repeated with the same shard.
package struct ShardReceipt: Sendable {
    /// A document and the position of its rows.
    package struct Document: Sendable, Hashable {
        /// The digest of its identifier.
        package let digest: IdentifierDigest
        /// The digest of its path alone; equal to `digest` when it is not an item of a file.
        package let path: IdentifierDigest
        package let key: KeyPrefix
        /// The beginning of its contents' digest.
        let content: ContentTable.Tag
        private let firstRow: UInt32
        private let rowCount: UInt32
        private let claimNumber: UInt32

        init(_ document: ShardDocument, rows: Range<Int>, claim: Int) {
            digest = IdentifierDigest(path: document.path, item: document.item)
            path = document.item == nil ? digest : IdentifierDigest(path: document.path)
            key = KeyPrefix(document.key)
            content = ContentTable.Tag(document.content)
            firstRow = UInt32(rows.lowerBound)
            rowCount = UInt32(rows.count)
            claimNumber = UInt32(claim)
        }

        init(
            digest: IdentifierDigest, path: IdentifierDigest, key: KeyPrefix, content: ContentTable.Tag,
            rows: Range<Int>,
            claim: Int
        ) {
            (self.digest, self.path, self.key, self.content) = (digest, path, key, content)
            firstRow = UInt32(rows.lowerBound)
            rowCount = UInt32(rows.count)
            claimNumber = UInt32(claim)
        }

        /// The document's rows in the shard.
        package var rows: Range<Int> { Int(firstRow)..<Int(firstRow) + Int(rowCount) }
        /// The index of its claim in the receipt's `claims`.
        package var claim: Int { Int(claimNumber) }
    }

    package let name: ShardName
    package let rowCount: Int
    /// The size of the file in bytes.
    package let byteCount: Int
    /// XXH64 of the file's index, which covers everything else.
    package let checksum: UInt64
    /// The name of the analyzer that made its terms; nil when it has none.
    package let analyzer: String?
    /// The claims of its documents.
    package let claims: [String]
    /// The documents in row order.
    package let documents: [Document]
}
