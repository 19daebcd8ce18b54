import Platform
import SystemPackage

/// The file of a shard's dead rows (Format.md, 2).
struct Tombstones: Sendable, Equatable {
    let generation: Int
    /// The checksum of the shard with these rows.
    let shardChecksum: UInt64
    let dead: RowBitset

    private static let headerByteCount = 48

    /// The file's bytes and its XXH64, which is in the last 8.
    func serialized() -> (bytes: [UInt8], checksum: UInt64) {
        var bytes = ShardFormat.tombstonesTag
        bytes.append(littleEndian: ShardFormat.version)
        bytes.append(littleEndian: 0 as UInt32)
        bytes.append(littleEndian: UInt64(generation))
        bytes.append(littleEndian: shardChecksum)
        bytes.append(littleEndian: UInt64(dead.rowCount))
        bytes.append(littleEndian: UInt64(dead.count))
        for word in dead.words { bytes.append(littleEndian: word) }
        let checksum = XXH64.digest(of: bytes.rawSpan)
        bytes.append(littleEndian: checksum)
        return (bytes, checksum)
    }

    /// Writes the file of a shard under the first free name; the caller synchronizes the directory.
    ///
    /// - Returns: what a manifest lists of it.
    /// - Throws: `ShardsError` of code `.system`.
    func write(of shard: ShardName, in directory: OpenDirectory) throws(ShardsError) -> ManifestShard.Tombstones {
        let (bytes, checksum) = serialized()
        var number = 1
        while true {
            let name = "\(shard)-\(generation)\(number == 1 ? "" : "-\(number)").tombstones"
            let file = IndexFile.tombstones(shard: shard, name: name)
            do throws(PlatformError) {
                try directory.install(bytes, as: file.component, mode: IndexFile.mode)
                return ManifestShard.Tombstones(name: name, deadRows: dead.count, checksum: checksum)
            } catch {
                guard error.cause == .fileExists else { throw ShardsError(error, path: file.path(in: directory.path)) }
                number += 1
            }
        }
    }

    /// Reads the dead rows of a shard according to its manifest.
    static func read(_ shard: ManifestShard, in directory: OpenDirectory) throws(ShardsError) -> RowBitset? {
        guard let listed = shard.tombstones else { return nil }
        let file = IndexFile.tombstones(shard: shard.name, name: listed.name)
        let path = file.path(in: directory.path)
        let bytes = try file.contents(
            in: directory, limit: headerByteCount + RowBitset.wordCount(rows: shard.rows) * 8 + 8)
        let (tombstones, checksum) = try parse(bytes, path: path)
        guard checksum == listed.checksum, tombstones.shardChecksum == shard.checksum,
            tombstones.dead.rowCount == shard.rows, tombstones.dead.count == listed.deadRows
        else {
            throw ShardsError(
                .corrupt, path: path, section: "tombstones", offset: 0, "it is not the file that the manifest lists")
        }
        return tombstones.dead
    }

    /// Verifies and parses a file's bytes.
    static func parse(_ bytes: [UInt8], path: FilePath) throws(ShardsError) -> (Tombstones, checksum: UInt64) {
        var parser = FieldParser(bytes.rawSpan, path: path, section: "tombstones", at: 0)
        try parser.expect(ShardFormat.tombstonesTag, "a tombstone file: the tag VSPTOMBS is missing")
        let version = try parser.integer(UInt32.self)
        let end = bytes.count - 8
        guard end >= headerByteCount, let checksum = bytes.rawSpan.littleEndian(UInt64.self, at: end),
            checksum == XXH64.digest(of: bytes.rawSpan.extracting(0..<end))
        else { throw parser.corrupt("checksum mismatch: the file is damaged or cut short", at: 0) }
        guard version == ShardFormat.version else {
            throw ShardsError(
                .unsupported, path: path, section: "tombstones", offset: 8,
                "tombstone format \(version); this program reads format \(ShardFormat.version). Use a later version")
        }
        try parser.expectZeros(4)
        let generation = try parser.count(UInt64.self, "generation")
        let shardChecksum = try parser.integer(UInt64.self)
        let rowCount = try parser.count(UInt64.self, limit: ShardFormat.maximumRowCount, "number of rows")
        let deadCount = try parser.count(UInt64.self, limit: rowCount, "number of dead rows")
        guard end - headerByteCount == RowBitset.wordCount(rows: rowCount) * 8 else {
            throw parser.corrupt("its size does not match \(rowCount) rows")
        }
        var words: [UInt64] = []
        while parser.offset < end { words.append(try parser.integer(UInt64.self)) }
        guard let dead = RowBitset(rowCount: rowCount, words: words), dead.count == deadCount else {
            throw parser.corrupt("the bits are not \(deadCount) of \(rowCount) rows", at: headerByteCount)
        }
        return (Tombstones(generation: generation, shardChecksum: shardChecksum, dead: dead), checksum)
    }
}
