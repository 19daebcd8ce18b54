package import Platform
package import Shards
package import Spool
package import SystemPackage

/// What `prune` removes: old files of the spool, apart from earlier versions that live rows come from.
package struct Pruning {
    private let aged: AgedFiles
    /// What goes.
    package let files: [AgedFile]
    /// How many files of `replaced/` stay because documents of the index come from them.
    package let keptCount: Int

    /// The bytes that go.
    package var bytes: Int { files.reduce(into: 0) { $0.add(size: $1.status.size) } }

    /// Looks what would go.
    ///
    /// - Parameters:
    ///   - aged: the files that are old enough.
    ///   - spool: the spool.
    ///   - index: the directory of its index; it need not be there.
    /// - Throws: `ShardsError` when the index cannot be read: then it is unknown what it needs.
    package init(_ aged: AgedFiles, in spool: SpoolDirectory, index: FilePath) throws(ShardsError) {
        self.aged = aged
        let needed = try Self.needed(aged.files.filter { $0.folder == .replaced }, index, spool)
        files = aged.files.filter { $0.folder != .replaced || !needed.contains($0.place) }
        keptCount = aged.files.count - files.count
    }

    /// Removes a file; returns whether it was there still.
    package func remove(_ file: AgedFile) throws(PlatformError) -> Bool { try aged.remove(file) }

    /// The places below `replaced/` of those files older than some days that live rows come from, or may come from.
    ///
    /// Nobody looks at what is removed by itself, so without an index all of them are needed: it may come back.
    ///
    /// - Parameters:
    ///   - days: the days; nil and 0 mean that no file is too old.
    ///   - spool: the spool.
    ///   - index: the directory of its index.
    /// - Returns: the places.
    /// - Throws: `PlatformError`, `ShardsError`.
    package static func needed(beyond days: Int?, in spool: SpoolDirectory, index: FilePath) throws -> Set<FilePath> {
        guard let limit = Spool.limit(days, .now) else { return [] }
        let files = try AgedFiles(spool, before: limit, in: [.replaced]).files
        guard try IndexStore.exists(at: index) else { return Set(files.map(\.place)) }
        return try needed(files, index, spool)
    }

    /// The places of those files of `replaced/` that live rows come from, or may come from.
    private static func needed(
        _ files: [AgedFile], _ index: FilePath, _ spool: SpoolDirectory
    ) throws(ShardsError) -> Set<FilePath> {
        guard !files.isEmpty, try IndexStore.exists(at: index) else { return [] }
        var needed = NeededVersions(files, spool)
        for shard in try Snapshot.open(index, decodesCodes: false).shards {
            try shard.reader.forEachDocument { _, stored in
                guard shard.isLive(stored.rows.lowerBound) else { return }
                needed.meet(stored.document)
            }
        }
        try needed.addUnknown()
        return needed.places
    }
}
