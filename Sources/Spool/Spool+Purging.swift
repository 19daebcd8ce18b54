package import Platform
package import SystemPackage

/// Deletes what the configuration does not keep.
extension Spool {
    /// Removes files that have lain in `done/` for more than `days`; nil and 0 remove nothing.
    ///
    /// The age counts from the move into the folder, which sets the time of the last change of status.
    /// - Returns: the number of removed files.
    /// - Throws: `PlatformError` after it has tried everything.
    @discardableResult
    package func purgeDone(keepingDays days: Int?, now: RealTime = .now) throws(PlatformError) -> Int {
        guard let limit = Self.limit(days, now) else { return 0 }
        var purge = Purge(limit: limit)
        try purge.clean(done)
        if let refusal = purge.refusal { throw refusal }
        return purge.removed
    }

    /// Removes the days of `replaced/` that are older than `days`; nil and 0 remove nothing.
    ///
    /// A day with a file of `needed` keeps that file.
    ///
    /// - Parameters:
    ///   - days: the days to keep.
    ///   - needed: files that documents of the index come from, by their places below `replaced/`.
    ///   - now: the time of now.
    /// - Returns: the number of removed days.
    /// - Throws: `PlatformError` after it has tried all days.
    @discardableResult
    package func purgeReplaced(
        keepingDays days: Int?, except needed: Set<FilePath> = [], now: RealTime = .now
    ) throws(PlatformError) -> Int {
        guard let limit = Self.limit(days, now) else { return 0 }
        var removed = 0
        var refusal: PlatformError?
        for entry in try replaced.entries() where RealTime.isDay(entry.name.bytes) && entry.name.string < limit.day {
            let path = FilePath(root: nil, [entry.name])
            do throws(PlatformError) {
                guard try replaced.status(of: path).kind == .directory else { continue }
                let kept = needed.filter { $0.starts(with: path) }
                if kept.isEmpty {
                    try replaced.removeTree(path)
                    removed += 1
                } else {
                    try removeFiles(in: path, except: kept)
                }
            } catch {
                // Continue with the other days.
                refusal = refusal ?? error
            }
        }
        if let refusal { throw refusal }
        return removed
    }

    private func removeFiles(in folder: FilePath, except kept: Set<FilePath>) throws(PlatformError) {
        for entry in try replaced.entries(of: folder) {
            let path = folder.appending(entry.name)
            if try replaced.statusIfPresent(path)?.kind == .directory {
                try removeFiles(in: path, except: kept)
                // It goes when nothing in it is needed.
                try? replaced.removeDirectory(path)
            } else if !kept.contains(path) {
                try replaced.remove(path)
            }
        }
    }

    /// The moment so many days ago; nil where nothing is to be removed.
    package static func limit(_ days: Int?, _ now: RealTime) -> RealTime? {
        guard let days, days > 0 else { return nil }
        return now.before(days: days)
    }
}

/// One walk through `done/` that removes old files and the folders that they leave empty.
private struct Purge {
    let limit: RealTime
    var removed = 0
    var refusal: PlatformError?

    mutating func clean(_ folder: OpenDirectory, depth: Int = 256) throws(PlatformError) {
        guard depth > 0 else { return }
        for entry in try folder.entries() {
            let name = FilePath(root: nil, [entry.name])
            do throws(PlatformError) {
                guard let status = try folder.statusIfPresent(name) else { continue }
                if status.kind == .directory {
                    let before = removed
                    try clean(try folder.directory(name), depth: depth - 1)
                    // Folders that were empty before may be about to receive a file.
                    if removed > before { try? folder.removeDirectory(name) }
                } else if status.changed < limit.nanoseconds {
                    if try folder.removeAged(name, status) { removed += 1 }
                } else {
                    // A newer file than this walk looks for, if a walk before it has crashed.
                    _ = try folder.giveBackAged(name)
                }
            } catch {
                refusal = refusal ?? error
            }
        }
    }
}
