import FoundationEssentials
import Platform
import Shards
package import SystemPackage

/// A consistent copy of an index for a back-up: one generation, whose files get a second name where the file system allows it.
///
/// An index is never rewritten in place, so the copy stays as it is whatever becomes of the index.
package enum IndexSnapshot {
    /// What was copied.
    package struct Report: Sendable, Equatable {
        package var generation = 0
        package var rows = 0
        package var files = 0
        /// Bytes of files that share nothing with the index, unless the file system shares blocks.
        package var copiedBytes = 0
        package var linkedBytes = 0
    }

    /// Copies the newest generation.
    ///
    /// - Parameters:
    ///   - index: the index; others may commit meanwhile.
    ///   - folder: a folder that does not exist, or is empty.
    /// - Returns: what was copied.
    /// - Throws: `MaintenanceError` where something lies in the folder; `ShardsError`, `PlatformError` for what cannot be read or
    ///   written; then the folder holds no index.
    package static func make(of index: FilePath, at folder: FilePath) throws -> Report {
        let source = try OpenDirectory(index)
        let isNew = !FileStatus.exists(folder)
        let target = try OpenDirectory.making(folder, mode: 0o750)
        guard try target.entries().isEmpty else {
            throw MaintenanceError(
                .target, path: folder,
                "\(folder) is not empty: name a new folder for each copy, and remove old ones when they are not needed any more"
            )
        }
        // A merge may take files away while they are copied; then the next generation is.
        var attempts = 0
        while true {
            let snapshot = try Snapshot.open(index, decodesCodes: false)
            do {
                return try copy(snapshot, source, target)
            } catch {
                for entry in try target.entries() { target.removeIfPresent(FilePath(entry.name.string)) }
                attempts += 1
                guard attempts < 8,
                    try Snapshot.open(index, decodesCodes: false).manifest.generation > snapshot.manifest.generation
                else {
                    if isNew, let name = folder.lastComponent {
                        try? OpenDirectory(folder.removingLastComponent()).removeDirectory(FilePath(name.string))
                    }
                    throw error
                }
            }
        }
    }

    private static func copy(_ snapshot: Snapshot, _ source: OpenDirectory, _ target: OpenDirectory) throws -> Report {
        var report = Report(generation: snapshot.manifest.generation, rows: snapshot.liveRowCount)
        func share(_ name: String) throws {
            guard let component = FilePath.Component(name) else { return }
            let size = try source.status(of: FilePath(name)).size
            switch try source.share(component, in: target, as: component, mode: IndexFile.mode) {
            case .linked: report.linkedBytes += size
            case .copied: report.copiedBytes += size
            }
            report.files += 1
        }
        for name in snapshot.manifest.fileNames { try share(name) }
        // What is replaced in place by its name is copied under a lock of none: each is whole at any moment.
        for file in [IndexFile.ranges, .rangesDescription, .forgotten]
        where try source.statusIfPresent(FilePath(file.name)) != nil {
            try share(file.name)
        }
        try target.synchronize()
        // The manifest last: without it there is no index.
        try share(IndexFile.manifest(snapshot.manifest.generation).name)
        try target.synchronize()
        return report
    }
}
