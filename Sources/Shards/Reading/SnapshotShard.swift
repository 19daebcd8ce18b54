import Platform

/// A shard of a snapshot: its reader and which of its rows live.
package struct SnapshotShard: Sendable {
    /// As the manifest lists it.
    package let listed: ManifestShard
    /// Take a copy in a variable before asking it for spans: they cannot outlive the expression otherwise.
    package let reader: ShardReader
    /// The number that its row 0 has in the snapshot.
    package let firstRow: Int
    /// Superseded and deleted rows; nil when all rows live.
    package let dead: RowBitset?

    init(
        _ listed: ManifestShard, firstRow: Int, identity: IndexIdentity, in directory: OpenDirectory, decodesCodes: Bool
    ) throws(ShardsError) {
        self.listed = listed
        self.firstRow = firstRow
        let path = listed.name.path(in: directory.path)
        reader = try ShardReader(listed.name.file, in: directory, decodesCodes: decodesCodes)
        guard reader.checksum == listed.checksum, reader.byteCount == listed.bytes, reader.rowCount == listed.rows,
            reader.documentCount == listed.documents
        else {
            throw ShardsError(
                .corrupt, path: path, section: "index",
                "it is not the shard that the manifest lists; restore it from a backup")
        }
        try IndexExpectation(identity).check(reader.header.identity, of: path)
        dead = try Tombstones.read(listed, in: directory)
    }

    /// Whether a row of the shard counts.
    package func isLive(_ row: Int) -> Bool {
        dead.map { !$0.contains(row) } ?? true
    }
}
