import Identity
import Platform

extension ShardReceipt {
    /// What two indexes that are joined need to know of a document.
    package struct Arrival: Sendable {
        /// The document's number in the shard.
        package let number: Int
        /// The digest of its identifier.
        package let digest: IdentifierDigest
        /// The beginning of its contents' digest, long enough to tell contents apart.
        package let contents: KeyPrefix
        /// When its file was claimed, in nanoseconds since 1970; 0 where its claim does not say.
        package let claimed: Int64
        package let rows: Range<Int>
    }

    /// Reads the receipt of a shard that has its place in an index directory, for a commit that adds it.
    ///
    /// - Parameters:
    ///   - reader: the shard.
    ///   - name: its name there.
    ///   - body: called for each document in order.
    /// - Throws: `ShardsError` of code `.corrupt`.
    package init(
        of reader: ShardReader, named name: ShardName, _ body: (Arrival) -> Void = { _ in }
    ) throws(ShardsError) {
        var claims: [String] = []
        var numbers: [String: Int] = [:]
        var documents: [Document] = []
        documents.reserveCapacity(reader.documentCount)
        try reader.forEachRecord { record in
            let claim = record.claimText
            let number = numbers[claim] ?? claims.count
            if number == claims.count {
                claims.append(claim)
                numbers[claim] = number
            }
            let digests = record.digests
            body(
                Arrival(
                    number: documents.count, digest: digests.whole, contents: record.contents,
                    claimed: (ClaimName(claim) ?? ClaimName(String(claim.dropLast())))?.time ?? 0, rows: record.rows))
            documents.append(
                Document(
                    digest: digests.whole, path: digests.path, key: record.key, content: record.content,
                    rows: record.rows,
                    claim: number))
        }
        self.init(
            name: name, rowCount: reader.rowCount, byteCount: reader.byteCount, checksum: reader.checksum,
            analyzer: reader.terms?.analyzer, claims: claims, documents: documents)
    }
}
