import Identity
package import Inbox
package import Ingest
import Platform
import Shards
package import Spool
package import SystemPackage
import Text

extension Explanation {
    /// The path below the inbox that a person means.
    ///
    /// A path into the spool is understood from where the file lies now, with or without the line that searches print after
    /// it; anything else is a path below the inbox.
    /// - Parameters:
    ///   - argument: what was typed.
    ///   - spool: the spool.
    ///   - current: the current folder, for relative paths into the spool.
    /// - Returns: the path below the inbox.
    package static func path(
        of argument: FilePath, in spool: SpoolDirectory, from current: FilePath
    ) -> FilePath {
        var full = (argument.isAbsolute ? argument : current.pushing(argument)).lexicallyNormalized()
        if let plain = full.withoutLine, !FileStatus.exists(full), FileStatus.exists(plain) { full = plain }
        var folders = [(spool.inbox, 0), (spool.done, 0), (spool.failed, 0), (spool.replaced, 1)]
        folders = folders.map { ($0.0.lexicallyNormalized(), $0.1) }
        for (folder, dropped) in folders where full.removePrefix(folder) {
            let parts = full.components.dropFirst(dropped)
            return FilePath(root: nil, parts.map { FilePath.Component($0.string.dropped) ?? $0 })
        }
        return argument.isAbsolute ? argument : argument.lexicallyNormalized()
    }

    /// Gathers what is known of a file, or of one line of a `.jsonl` file.
    ///
    /// - Parameters:
    ///   - path: the path below the inbox; or, as searches print it, that path and the id of a line.
    ///   - spool: the spool, of which only what may be read is looked at.
    ///   - index: the folder of the index.
    ///   - patterns: the patterns of names that are not taken.
    ///   - page: the status page of the daemon, if it runs.
    /// - Returns: the explanation.
    /// - Throws: `ShardsError` for an index that cannot be read.
    package static func gather(
        _ path: FilePath, spool: SpoolDirectory, index: FilePath, patterns: IgnorePatterns, page: SpoolStatus?
    ) throws -> Explanation {
        let whole = try gather(path, item: nil, spool, index, patterns, page)
        guard whole.isEmpty else { return whole }
        var best = whole
        for (file, item) in lines(meantBy: path) {
            let line = try gather(file, item: item, spool, index, patterns, page)
            if !line.isEmpty { return line }
            // Of the file at least something is known.
            if best.item == nil, !line.isOfUnknownFile { best = line }
        }
        return best
    }

    private static func gather(
        _ path: FilePath, item: [UInt8]?, _ spool: SpoolDirectory, _ index: FilePath, _ patterns: IgnorePatterns,
        _ page: SpoolStatus?
    ) throws -> Explanation {
        var explanation = Explanation(path: path)
        explanation.item = item
        // What lies elsewhere is no business of this spool.
        guard path.isRelative, !path.isEmpty, path.components.allSatisfy({ $0.kind == .regular }) else {
            return explanation
        }
        let originals = Originals(spool)
        explanation.lookIntoInbox(spool, originals, patterns, page)
        explanation.stop =
            page?.pausedBy.map { "the daemon is \($0.summary)" }
            ?? page?.pausedReason.map { "the daemon is waiting for the system: \($0)" }
            ?? page?.alone.map { "the daemon died while \($0.path) was open, which is tried alone now" }
        explanation.deferred = page?.deferred?.first { $0.path == path.displayName }
        for (place, status) in claimed(path, spool) { explanation.add(.work, place, status) }
        if let files = try? FailedFiles(spool) {
            if let failed = try? files.file(of: path) {
                explanation.failure = failed.report
                let place = spool.failed.pushing(failed.place)
                if let status = try? FileStatus.of(place) { explanation.add(.failed, place, status) }
            }
            explanation.badLines = badLines(of: path, files, spool)
        }
        for (place, status) in originals.versions(of: path) {
            explanation.add(place.starts(with: spool.done) ? .done : .replaced, place, status)
        }
        do {
            explanation.indexed = try indexed(path, item, index)
        } catch let error as PlatformError where error.cause == .permissionDenied {
            // Who may only drop files is told what the other folders say.
            explanation.isIndexClosed = true
        }
        explanation.isOriginalGone =
            explanation.indexed.map { indexed in
                originals.isComplete && !explanation.places.contains { $0.kind == .work }
                    && originals.file(of: path, modified: indexed.modified, contents: indexed.contents) == nil
            } ?? false
        // Who may not read the record tells it by the time of the last write.
        if let modified = explanation.indexed?.modified, explanation.inPlace == nil, explanation.failure == nil,
            explanation.places.contains(where: { $0.kind == .inbox && $0.modified == modified })
        {
            explanation.inPlace = .indexed
        }
        // An asked retry takes the report away.
        if explanation.inPlace == .failed, explanation.failure == nil { explanation.inPlace = nil }
        explanation.forgotten = try forgotten(path, item, index, spool)
        explanation.history = try history(path, spool).filter { entry in
            item == nil || entry.item == nil || entry.item?.utf8.elementsEqual(item ?? []) == true
        }
        if item == nil { explanation.joined = joined(path, explanation.history, spool) }
        // They are about other lines of the file.
        if item != nil, explanation.indexed != nil { explanation.badLines = nil }
        return explanation
    }

    mutating func add(_ kind: Place.Kind, _ path: FilePath, _ status: FileStatus) {
        places.append(Place(kind: kind, path: path, size: status.size, modified: status.modified))
    }

    /// The claims of a path, which only the daemon's user may see.
    private static func claimed(_ path: FilePath, _ spool: SpoolDirectory) -> [(FilePath, FileStatus)] {
        guard let name = path.lastComponent else { return [] }
        let folder = spool.claimed.pushing(path.removingLastComponent())
        let suffix = "-" + name.string
        // A name that leaves no room for the claim lies in a folder of the claim.
        let long = ((try? Directory.entries(of: spool.work)) ?? []).filter { ClaimName($0.name.string) != nil }
            .compactMap { entry in
                let place = spool.work.appending(entry.name).pushing(path)
                return (try? FileStatus.of(place)).map { (place, $0) }
            }
        return long
            + ((try? Directory.entries(of: folder)) ?? []).compactMap { entry in
                let place = folder.appending(entry.name)
                guard entry.name.string.hasSuffix(suffix),
                    ClaimName(String(entry.name.string.dropLast(suffix.utf8.count))) != nil,
                    let status = try? FileStatus.of(place)
                else { return nil }
                return (place, status)
            }
    }

    private static func indexed(_ path: FilePath, _ item: [UInt8]?, _ index: FilePath) throws -> Indexed? {
        guard FileStatus.exists(index), try !Directory.entries(of: index).isEmpty else { return nil }
        let snapshot = try Snapshot.open(index)
        var found = Indexed(generation: Int(snapshot.manifest.generation))
        let bytes = path.bytes
        for shard in snapshot.shards {
            try shard.reader.forEachDocument { _, stored in
                let document = stored.document
                guard document.path == bytes, item == nil || document.item == item else { return }
                let live = stored.rows.count { shard.isLive($0) }
                guard live > 0 else { return }
                found.documents += 1
                found.passages += live
                if document.claim > found.claim {
                    found.claim = document.claim
                    found.modified = document.modified
                    found.contents = document.item == nil ? .whole(document.content) : .part
                }
            }
        }
        return found.documents > 0 ? found : nil
    }

    /// When the file or the line was forgotten; what came back since is indexed, so that this does not matter any more.
    private static func forgotten(
        _ path: FilePath, _ item: [UInt8]?, _ index: FilePath, _ spool: SpoolDirectory
    ) throws -> String? {
        for folder in [index, spool.root] {
            guard let directory = try? OpenDirectory(folder), let known = try ForgottenDocuments.read(in: directory),
                let record = item.flatMap({ known.record(of: DocumentIdentifier(path: path.bytes, item: $0)) })
                    ?? known.record(of: DocumentIdentifier(path: path.bytes))
            else { continue }
            return record.time
        }
        return nil
    }

    private static func history(_ path: FilePath, _ spool: SpoolDirectory) throws -> [JournalEntry] {
        var found: [JournalEntry] = []
        // Looked for first, because parsing a line costs much more.
        let quoted = Array(JSONText.quoted(path.displayName).utf8)
        try JournalReading(spool).forEachLine { line in
            guard line.firstRange(of: quoted) != nil, let entry = JournalEntry(line: line),
                entry.path == path || entry.joinedTo == path
            else { return }
            found.append(entry)
        }
        return found
    }
}

extension FilePath {
    /// The path before a line, as in `done/a.md:12`; nil for one without.
    fileprivate var withoutLine: FilePath? {
        guard let mark = string.lastIndex(of: ":") else { return nil }
        let line = string[string.index(after: mark)...]
        guard !line.isEmpty, line.utf8.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        return FilePath(String(string[..<mark]))
    }
}

extension String {
    /// The name that was dropped: what this program added to it is cut off.
    fileprivate var dropped: String {
        firstRange(of: FileName.mark).map { String(self[..<$0.lowerBound]) } ?? self
    }
}
