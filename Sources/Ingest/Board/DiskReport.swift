import Platform
package import Spool

/// The space that is left for the spool and the index, and what takes it.
package struct DiskReport: Codable, Sendable, Equatable {
    /// Bytes that the daemon may still write; nil where the system does not say.
    package var spoolFree: Int?
    package var indexFree: Int?
    /// Whether both lie on one file system.
    package var isOneDisk = true
    /// The places with less than the reserve: `spool`, `index`.
    package var low: [String] = []
    /// What the folders hold: `done`, `replaced`, `failed`, `index`; counted once an hour.
    package var folders: [String: FolderUsage] = [:]
    /// When the folders were counted, ISO 8601, UTC.
    package var counted: String?

    package init() {}

    /// Free bytes below which a disk is called low: room for a large shard, its manifest and a page.
    package static let reserve = 256 << 20

    /// Notes what is free now.
    package mutating func note(spoolFree: Int?, indexFree: Int?) {
        self.spoolFree = spoolFree
        self.indexFree = indexFree
        low = [("spool", spoolFree), ("index", indexFree)].filter { $0.1.map { $0 < Self.reserve } ?? false }.map(\.0)
    }

    /// The days until a disk is full at the present growth; nil where nothing grows.
    ///
    /// Files that were put away and failed count for the spool's disk, the index for its own.
    package var daysLeft: Double? {
        let index = folders["index"]?.bytesPerDay ?? 0
        let spool = folders.filter { $0.key != "index" }.reduce(into: 0) { $0.add(size: $1.value.bytesPerDay) }
        var both = spool
        both.add(size: index)
        let growths = isOneDisk ? [(spoolFree, both)] : [(spoolFree, spool), (indexFree, index)]
        return growths.compactMap { free, growth in
            guard let free, growth > 0 else { return nil }
            return Double(free) / Double(growth)
        }.min()
    }
}
