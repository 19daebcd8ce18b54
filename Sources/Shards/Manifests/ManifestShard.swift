/// A shard as a manifest lists it.
package struct ManifestShard: Sendable, Equatable {
    /// The file of a shard's dead rows.
    package struct Tombstones: Sendable, Equatable {
        /// The file's name in the index directory.
        package let name: String
        package let deadRows: Int
        /// XXH64 of the file, as it stands in its last 8 bytes.
        package let checksum: UInt64
    }

    package let name: ShardName
    /// Rows in the file, dead ones included.
    package let rows: Int
    package internal(set) var liveRows: Int
    /// Documents in the file, dead ones included.
    package let documents: Int
    package internal(set) var liveDocuments: Int
    /// Bytes of the file.
    package let bytes: Int
    /// XXH64 of the file's index, which covers all else.
    package let checksum: UInt64
    /// nil while all rows live.
    package internal(set) var tombstones: Tombstones?
}
