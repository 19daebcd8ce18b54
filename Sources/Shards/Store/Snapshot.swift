import Platform
package import Quantization
package import SystemPackage

/// One generation of an index, open for reading; later commits do not disturb it.
///
/// Rows are numbered through its shards in the manifest's order, dead ones included.
package struct Snapshot: Sendable {
    package let directory: FilePath
    package let manifest: Manifest
    package let shards: [SnapshotShard]
    /// The index's ranges; nil when it has none.
    package let ranges: Ranges?
    /// Manifests that were passed over because they are damaged or missing; their commits are not seen. Worth a loud warning.
    package let damage: [ShardsError]

    /// Opens the newest generation that verifies.
    ///
    /// - Parameters:
    ///   - expectation: what the index must be.
    ///   - decodesCodes: see `ShardReader`; pass false where only tables and text are read.
    /// - Throws: `ShardsError`: `.notFound`, `.mismatch`, `.corrupt` naming file, section and offset, `.unsupported`, `.system`.
    package static func open(
        _ directory: FilePath, expecting expectation: IndexExpectation = IndexExpectation(), decodesCodes: Bool = true
    ) throws(ShardsError) -> Snapshot {
        try open(
            in: try IndexListing.openDirectory(directory), expecting: expectation, decodesCodes: decodesCodes)
    }

    /// Opens the newest generation that verifies of an index whose directory is open.
    static func open(
        in directory: OpenDirectory, expecting expectation: IndexExpectation, decodesCodes: Bool
    ) throws(ShardsError) -> Snapshot {
        var lastGeneration = 0
        for _ in 0..<maximumAttempts {
            // Manifests that vanish between two looks were superseded by later ones.
            guard let (manifest, damage) = try IndexListing.settled(directory).newestManifest() else { continue }
            do throws(ShardsError) {
                try expectation.check(manifest.identity, of: directory.path)
                return try Snapshot(directory, manifest, damage, decodesCodes: decodesCodes)
            } catch {
                // A file that vanished was collected after later commits: begin again with the newest, while there is a newer one.
                guard error.cause?.cause == .noSuchFileOrDirectory else { throw error }
                guard manifest.generation > lastGeneration else { throw Self.missing(error, manifest) }
                lastGeneration = manifest.generation
            }
        }
        throw ShardsError(
            .conflict, path: directory.path, "its manifests vanished \(maximumAttempts) times while they were read")
    }

    /// How often the newest generation is looked for when others commit meanwhile.
    private static let maximumAttempts = 100

    init(
        _ directory: OpenDirectory, _ manifest: Manifest, _ damage: [ShardsError], decodesCodes: Bool
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

    /// Rows of all shards, dead ones included: row numbers are below it.
    package let rowCount: Int
    /// Live rows.
    package var liveRowCount: Int { manifest.rows }

    /// Which shard holds a row, and which row of it that is.
    ///
    /// - Parameter row: below `rowCount`.
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
                + "or remove the index directory and drop the documents again")
    }
}

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
