import Foundation
import Identity
import Logging
import Platform
import Shards
import Spool
import SystemPackage
import Text

/// Repairs an index, and says what became of it and where the originals of what is lost lie.
struct RepairReport {
    private let place: IndexOption.Place
    private let isJSON: Bool

    init(_ place: IndexOption.Place, isJSON: Bool) {
        self.place = place
        self.isJSON = isJSON
    }

    /// Repairs.
    ///
    /// - Parameter isRequeuing: whether originals of lost documents are moved from `done/` into the inbox.
    /// - Throws: `ShardsError`, `ConsoleError` while a daemon works on the spool.
    func repair(isRequeuing: Bool) throws {
        guard !isRequeuing || place.spool != nil else {
            throw ConsoleError(.missingInput, "no spool is known to take originals from: give --spool or --config")
        }
        // A daemon would go on with an index of which it knows another generation.
        let lock = try place.spool.flatMap { spool in
            try FileStatus.exists(spool.root) ? RepairLock(spool) : nil
        }
        defer { withExtendedLifetime(lock) {} }
        var line = ProgressLine()
        let records = try place.spool.flatMap { try ForgottenDocuments.read(in: OpenDirectory($0.root)) }
        CurrentProcess.actAsOwner(of: place.index)
        let report = try IndexRepair.repair(place.index, forgotten: records, at: Date()) { line.show("reading \($0)") }
        line.finish()
        let originals = place.spool.map { Originals($0) }
        var found: [(name: String, path: FilePath?)] = []
        var files: Set<FilePath> = []
        for lost in report.lost {
            let document = lost.document
            let path = FilePath(bytes: document.path).flatMap {
                originals?.file(
                    of: $0, modified: document.modified, size: document.item == nil ? document.size : nil,
                    contents: document.item == nil ? .whole(document.content) : .part)
            }
            found.append((document.identifier.displayName, path))
            if let path { files.insert(path) }
        }
        let requeued = isRequeuing ? try files.sorted { $0.string < $1.string }.filter(requeue) : []
        try StandardStream.output.write(
            isJSON ? json(report, found, requeued) : text(report, found, requeued, isRequeuing: isRequeuing))
    }

    /// Moves an original from `done/` to its place in the inbox; false for one that lies elsewhere, or whose place is taken.
    private func requeue(_ path: FilePath) throws -> Bool {
        guard let spool = place.spool, let relative = path.below(spool.done) else { return false }
        let (done, inbox) = (try OpenDirectory(spool.done), try OpenDirectory(spool.inbox))
        for folder in relative.parents where try inbox.statusIfPresent(folder) == nil {
            try inbox.makeDirectory(folder, mode: 0o2770)
        }
        do {
            try done.renameExclusively(relative, to: inbox, relative)
            return true
        } catch {
            guard error.cause == .fileExists else { throw error }
            return false
        }
    }

    private func text(
        _ report: IndexRepair.Report, _ lost: [(name: String, path: FilePath?)], _ requeued: [FilePath],
        isRequeuing: Bool
    ) -> String {
        var text =
            "repaired: generation \(report.generation) has \(Figures.counted(report.rows, "row")) of "
            + "\(Figures.counted(report.documents, "document"))\n"
        for file in report.setAside { text += "  set aside: \(TerminalText.visible(file))\n" }
        if report.hasRestoredRanges { text += "  written anew from the manifest: ranges.npy\n" }
        if report.rebuiltTombstones > 0 {
            text +=
                "  made anew from the order of claims: \(Figures.counted(report.rebuiltTombstones, "file")) of superseded rows\n"
        }
        if report.adoptedShards > 0 {
            text += "  taken in without their manifest: \(Figures.counted(report.adoptedShards, "shard"))\n"
        }
        for (name, path) in lost {
            text +=
                "  lost: \(TerminalText.visible(name))"
                + (path.map { ", whose original is \($0.displayName)" } ?? ", whose original is not in the spool")
                + "\n"
        }
        if report.unreadableShards > 0 {
            text +=
                "  the documents of \(Figures.counted(report.unreadableShards, "shard")) cannot be listed: vectorspool doctor compares "
                + "done/ with the index\n"
        }
        if isRequeuing {
            text += "  moved back into the inbox: \(Figures.counted(requeued.count, "file"))\n"
        } else if lost.contains(where: { $0.path != nil }) {
            text += "  run this with --requeue next time, or drop the originals again\n"
        }
        return text
    }

    private func json(
        _ report: IndexRepair.Report, _ lost: [(name: String, path: FilePath?)], _ requeued: [FilePath]
    ) -> String {
        var lines = ""
        for (name, path) in lost {
            var object = JSONObject()
            object.add("lost", name)
            object.add("original", rawJSON: path.map { JSONText.quoted($0.string) } ?? "null")
            lines += object.text + "\n"
        }
        var object = JSONObject()
        object.add("generation", report.generation)
        object.add("rows", report.rows)
        object.add("documents", report.documents)
        object.add("set_aside", report.setAside)
        object.add("rebuilt_tombstones", report.rebuiltTombstones)
        object.add("restored_ranges", report.hasRestoredRanges)
        object.add("adopted_shards", report.adoptedShards)
        object.add("unreadable_shards", report.unreadableShards)
        object.add("requeued", requeued.map(\.string))
        return lines + object.text + "\n"
    }
}

extension FilePath {
    /// The path below a folder; nil where it is not below it.
    fileprivate func below(_ folder: FilePath) -> FilePath? {
        guard starts(with: folder) else { return nil }
        var rest = self
        return rest.removePrefix(folder) ? rest : nil
    }

    /// The folders above a relative path, the outermost first.
    fileprivate var parents: [FilePath] {
        var folders: [FilePath] = []
        var path = removingLastComponent()
        while !path.isEmpty {
            folders.append(path)
            path = path.removingLastComponent()
        }
        return folders.reversed()
    }
}

/// Keeps daemons away from a spool while its index is repaired.
private final class RepairLock {
    private let held: HeldSpool

    /// - Throws: `SpoolError` of code `.busy` when a process works on the spool.
    init(_ places: SpoolDirectory) throws(SpoolError) {
        held = try HeldSpool(places, logger: Logger(label: "command") { _ in SwiftLogNoOpLogHandler() })
    }
}
