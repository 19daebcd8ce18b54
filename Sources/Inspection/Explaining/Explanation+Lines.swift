import Identity
import Platform
import Spool
import SystemPackage

/// What is known of single lines of `.jsonl` files.
extension Explanation {
    /// The lines that a name can mean, the likeliest first.
    ///
    /// A path may hold the mark between path and id, so each of them may be that one.
    static func lines(meantBy name: FilePath) -> [(file: FilePath, item: [UInt8])] {
        let bytes = name.bytes
        return bytes.indices.filter { bytes[$0] == UInt8(ascii: "#") }.reversed().compactMap { mark in
            FilePath(bytes: Array(bytes[..<mark])).map { ($0, Array(bytes[(mark + 1)...])) }
        }
    }

    /// The lines of a file that failed while its others were indexed.
    static func badLines(of path: FilePath, _ files: FailedFiles, _ spool: SpoolDirectory) -> BadLines? {
        guard let name = path.lastComponent,
            let failed = try? files.file(of: path.removingLastComponent().appending(Spool.badLines(name)))
        else { return nil }
        let isKept = failed.report.hasFile != false
        return BadLines(place: isKept ? spool.failed.pushing(failed.place) : nil, report: failed.report)
    }

    /// The file to whose document mended lines were joined; nil when the file holds no such lines.
    static func joined(_ path: FilePath, _ history: [JournalEntry], _ spool: SpoolDirectory) -> Joined? {
        guard let entry = history.last(where: { $0.outcome == .indexed || $0.outcome == .unchanged }) else {
            return nil
        }
        guard let place = entry.place, let name = place.lastComponent else {
            // Without originals only the name can tell.
            guard let own = path.lastComponent, own.string.hasSuffix(Spool.badLinesSuffix),
                let stem = FilePath.Component(String(own.string.dropLast(Spool.badLinesSuffix.utf8.count)))
            else { return nil }
            return Joined(path: path.removingLastComponent().appending(stem), place: nil)
        }
        guard place.starts(with: "done"), let mark = name.string.firstRange(of: Spool.linesMark),
            let stem = FilePath.Component(String(name.string[..<mark.lowerBound]))
        else { return nil }
        let full = spool.root.pushing(place)
        // The name may be shortened, and the first line has it whole.
        let folder = FilePath(root: nil, place.components.dropFirst()).removingLastComponent()
        let written = Continuation.read { () throws(PlatformError) in
            try OwnedDescriptor.open(full, OpenFlags.document)
        }
        let target = written?.path ?? folder.appending(stem)
        guard target != path else { return nil }
        return Joined(path: target, place: FileStatus.exists(full) ? full : nil)
    }
}
