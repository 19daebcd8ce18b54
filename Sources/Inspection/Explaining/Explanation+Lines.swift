import Platform
import Spool
import SystemPackage

/// What is known of single lines of `.jsonl` files.
extension Explanation {
    /// The lines of a file that failed while its others were indexed.
    static func badLines(of path: FilePath, _ files: FailedFiles, _ spool: SpoolDirectory) -> BadLines? {
        guard let name = path.lastComponent,
            let failed = try? files.file(of: path.removingLastComponent().appending(Spool.badLines(name)))
        else { return nil }
        let isKept = failed.report.hasFile != false
        return BadLines(place: isKept ? spool.failed.pushing(failed.place) : nil, report: failed.report)
    }

    /// The file to whose documents mended lines were joined; nil when the file holds no such lines.
    static func joined(_ path: FilePath, _ history: [JournalEntry], _ spool: SpoolDirectory) -> Joined? {
        let last = history.last { $0.path == path && ($0.outcome == .indexed || $0.outcome == .unchanged) }
        guard let target = last?.joinedTo else { return nil }
        let place = last?.place.map { spool.root.pushing($0) }
        return Joined(path: target, place: place.flatMap { FileStatus.exists($0) ? $0 : nil })
    }
}
