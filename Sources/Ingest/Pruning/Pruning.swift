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

    /// The places below `replaced/` of those files older than some days that live rows come from.
    ///
    /// - Parameters:
    ///   - days: the days; nil and 0 mean that no file is too old.
    ///   - spool: the spool.
    ///   - index: the directory of its index.
    /// - Returns: the places.
    /// - Throws: `PlatformError`, `ShardsError`.
    package static func needed(beyond days: Int?, in spool: SpoolDirectory, index: FilePath) throws -> Set<FilePath> {
        guard let limit = Spool.limit(days, .now) else { return [] }
        return try needed(AgedFiles(spool, before: limit, in: [.replaced]).files, index, spool)
    }

    /// The places of those files of `replaced/` that live rows come from.
    ///
    /// Rows know the path of their file and when it was last written, which no move changes. A version that lies in `done/`
    /// as well is not needed here. A name that was shortened is compared by the time alone.
    private static func needed(
        _ files: [AgedFile], _ index: FilePath, _ spool: SpoolDirectory
    ) throws(ShardsError) -> Set<FilePath> {
        guard !files.isEmpty, try IndexStore.exists(at: index) else { return [] }
        let originals = Originals(spool, isOneLook: true)
        var byTime: [Int64: [AgedFile]] = [:]
        for file in files { byTime[file.status.modified, default: []].append(file) }
        var needed: Set<FilePath> = []
        for shard in try Snapshot.open(index, decodesCodes: false).shards {
            try shard.reader.forEachDocument { _, stored in
                guard let candidates = byTime[stored.document.modified], shard.isLive(stored.rows.lowerBound) else {
                    return
                }
                for file in candidates where !needed.contains(file.place) {
                    let path = file.path
                    guard path.bytes == stored.document.path || path.bytes.contains(UInt8(ascii: "~")),
                        let original = FilePath(bytes: stored.document.path),
                        originals.file(of: original, modified: file.status.modified)?.starts(with: spool.done) != true
                    else { continue }
                    needed.insert(file.place)
                }
            }
        }
        return needed
    }
}
