package import Identity
package import Inbox
package import Ingest
import Platform
import Shards
package import Spool
package import SystemPackage
import Text

extension Explanation {
    /// Gathers what is known of a file, or of one line of a `.jsonl` file.
    ///
    /// - Parameters:
    ///   - name: what a person calls it; of what it can mean the first is taken of which something is known.
    ///   - current: the current folder, for relative paths into the spool.
    ///   - spool: the spool, of which only what may be read is looked at.
    ///   - index: the folder of the index.
    ///   - patterns: the patterns of names that are not taken.
    ///   - page: the status page of the daemon, if it runs.
    /// - Returns: the explanation.
    /// - Throws: `ShardsError` for an index that cannot be read.
    package static func gather(
        _ name: DocumentName, from current: FilePath, spool: SpoolDirectory, index: FilePath, patterns: IgnorePatterns,
        page: SpoolStatus?
    ) throws -> Explanation {
        let typed = String(validating: name.given, as: UTF8.self)
        var unknown: Explanation?
        var ofFile: Explanation?
        for (path, item) in name.files(in: spool, from: current) {
            let found = try gather(path, item: item, spool, index, patterns, page)
            if !found.isEmpty { return found }
            // Of the file at least something is known.
            if ofFile == nil, !found.isOfUnknownFile { ofFile = found }
            // What has something to hide is told of as it was typed.
            if item == nil, unknown == nil || path.displayName == typed { unknown = found }
        }
        if let known = ofFile ?? ofFolder(name, from: current, spool) { return known }
        var explanation = unknown ?? Explanation(path: FilePath(bytes: name.given) ?? FilePath())
        explanation.lookElsewhere(name, from: current, spool)
        return explanation
    }

    private static func gather(
        _ path: FilePath, item: [UInt8]?, _ spool: SpoolDirectory, _ index: FilePath, _ patterns: IgnorePatterns,
        _ page: SpoolStatus?
    ) throws -> Explanation {
        var explanation = Explanation(path: path)
        explanation.item = item
        explanation.inbox = spool.inbox
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
        } catch let error where Self.isRefusal(error) {
            // Who may only drop files is told what the other folders say.
            explanation.isIndexClosed = true
        }
        explanation.isOriginalGone =
            explanation.indexed.map { indexed in
                originals.canTell(of: path) && !explanation.places.contains { $0.kind == .work }
                    && originals.file(
                        of: path, modified: indexed.modified, size: ClaimName(indexed.claim)?.size,
                        contents: indexed.contents) == nil
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

    /// Whether an error says that the reader may not look there.
    private static func isRefusal(_ error: any Error) -> Bool {
        let cause = error as? PlatformError ?? (error as? ShardsError)?.cause
        return cause?.cause == .permissionDenied
    }

    mutating func add(_ kind: Place.Kind, _ path: FilePath, _ status: FileStatus) {
        places.append(Place(kind: kind, path: path, size: status.size, modified: status.modified))
    }

    /// The claims of a path, which only the daemon's user may see.
    private static func claimed(_ path: FilePath, _ spool: SpoolDirectory) -> [(FilePath, FileStatus)] {
        guard let name = path.lastComponent else { return [] }
        let folder = spool.claimed.pushing(path.removingLastComponent())
        let suffix = [UInt8(ascii: "-")] + name.bytes
        // A name that leaves no room for the claim lies in a folder of the claim.
        let long = ((try? Directory.entries(of: spool.work)) ?? []).filter { ClaimName($0.name.string) != nil }
            .compactMap { entry in
                let place = spool.work.appending(entry.name).pushing(path)
                return (try? FileStatus.of(place)).map { (place, $0) }
            }
        return long
            + ((try? Directory.entries(of: folder)) ?? []).compactMap { entry in
                let place = folder.appending(entry.name)
                let bytes = entry.name.bytes
                guard bytes.suffix(suffix.count).elementsEqual(suffix),
                    ClaimName(String(decoding: bytes.dropLast(suffix.count), as: UTF8.self)) != nil,
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
            guard let directory = try? OpenDirectory(folder), let known = try readForgotten(in: directory),
                let record = item.flatMap({ known.record(of: DocumentIdentifier(path: path.bytes, item: $0)) })
                    ?? known.record(of: DocumentIdentifier(path: path.bytes))
            else { continue }
            return record.time
        }
        return nil
    }

    /// What was forgotten; nil where nothing was, or the reader may not know.
    private static func readForgotten(in directory: OpenDirectory) throws -> ForgottenDocuments? {
        do {
            return try ForgottenDocuments.read(in: directory)
        } catch let error where isRefusal(error) {
            return nil
        }
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
