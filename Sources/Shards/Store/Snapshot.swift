import Platform
package import Quantization
package import SystemPackage

/// One generation of an index, open for reading and unaffected by later commits.
///
/// Rows are numbered through its shards in the manifest's order, dead ones included.
package struct Snapshot: Sendable {
    package let directory: FilePath
    package let manifest: Manifest
    package let shards: [SnapshotShard]
    /// The index's ranges; nil when it has none.
    package let ranges: Ranges?
    /// The manifests that were skipped because they are damaged or missing.
    ///
    /// Their commits are invisible, which deserves a loud warning.
    package let damage: [ShardsError]

    /// Opens the newest generation that verifies and meets the expectation.
    ///
    /// Pass false for `decodesCodes` where only tables and text are read, see `ShardReader`. Throws `ShardsError`:
    /// `.notFound`, `.mismatch`, `.corrupt` naming file, section and offset, `.unsupported`, `.system`.
    package static func open(
        _ directory: FilePath, expecting expectation: IndexExpectation = IndexExpectation(), decodesCodes: Bool = true
    ) throws(ShardsError) -> Snapshot {
        try open(
            in: try IndexListing.openDirectory(directory), expecting: expectation, decodesCodes: decodesCodes)
    }

    /// Opens the newest generation that verifies in an open index directory.
    static func open(
        in directory: OpenDirectory, expecting expectation: IndexExpectation, decodesCodes: Bool
    ) throws(ShardsError) -> Snapshot {
        var lastGeneration = 0
        for _ in 0..<maximumAttempts {
            // Manifests that vanish between listing and reading were superseded by later ones.
            guard let (manifest, damage) = try IndexListing.settled(directory).newestManifest() else { continue }
            do throws(ShardsError) {
                try expectation.check(manifest.identity, of: directory.path)
                return try Snapshot(directory, manifest: manifest, damage: damage, decodesCodes: decodesCodes)
            } catch {
                // Later commits made the vanished file garbage: start again with the newest generation, while there is
                // a newer one.
                guard error.cause?.cause == .noSuchFileOrDirectory else { throw error }
                guard manifest.generation > lastGeneration else { throw Self.missing(error, manifest) }
                lastGeneration = manifest.generation
            }
        }
        throw ShardsError(
            .conflict, path: directory.path, "its manifests vanished \(maximumAttempts) times; try again")
    }

    /// How often to look for the newest generation while others commit.
    private static let maximumAttempts = 100

    init(
        _ directory: OpenDirectory, manifest: Manifest, damage: [ShardsError], decodesCodes: Bool
    ) throws(ShardsError) {
        self.directory = directory.path
        self.manifest = manifest
        self.damage = damage
        ranges = try RangesFile.read(manifest, in: directory)
        var shards: [SnapshotShard] = []
        shards.reserveCapacity(manifest.shards.count)
        var firstRow = 0
        for listed in manifest.shards {
            shards.append(
                try SnapshotShard(
                    listed, firstRow: firstRow, identity: manifest.identity, in: directory, decodesCodes: decodesCodes))
            firstRow += listed.rows
        }
        self.shards = shards
        rowCount = firstRow
    }

    /// The rows of all shards, dead ones included; row numbers are below it.
    package let rowCount: Int
    /// The number of live rows.
    package var liveRowCount: Int { manifest.rows }

    /// The shard of a row below `rowCount`, and the row's number in that shard.
    package func locate(row: Int) -> (shard: Int, row: Int) {
        precondition((0..<rowCount).contains(row), "row \(row) of \(rowCount)")
        var low = 0
        var high = shards.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if shards[middle].firstRow <= row { low = middle } else { high = middle }
        }
        return (low, row - shards[low].firstRow)
    }

    private static func missing(_ error: ShardsError, _ manifest: Manifest) -> ShardsError {
        ShardsError(
            .corrupt, path: error.path, cause: error.cause,
            "generation \(manifest.generation) names this file, but it is missing: restore it from a backup, "
                + "or remove the index directory, and have the files of done/ indexed again (README.md: Make the index anew)"
        )
    }
}

/// A shard of a snapshot: its reader and its live rows.
package struct SnapshotShard: Sendable {
    /// The shard in the manifest's list.
    package let listed: ManifestShard
    /// The reader; copy it into a variable before you take spans, which cannot outlive the expression otherwise.
    package let reader: ShardReader
    /// The number of its row 0 in the snapshot.
    package let firstRow: Int
    /// The superseded and deleted rows; nil when all rows live.
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
        if let analyzer = reader.terms?.analyzer, analyzer != identity.analyzer {
            throw ShardsError(
                .mismatch, path: path, section: "terms",
                "they were made with the analyzer \(analyzer), but the index with \(identity.analyzer ?? "none")")
        }
        dead = try Tombstones.read(listed, in: directory)
    }

    /// Whether a row of the shard is live.
    package func isLive(_ row: Int) -> Bool {
        dead.map { !$0.contains(row) } ?? true
    }
}
