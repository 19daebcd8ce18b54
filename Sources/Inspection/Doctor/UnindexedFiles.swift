import Identity
import Platform
import Shards
import Spool
package import SystemPackage

/// The files of `done/` that no live document of the index comes from, as where the index was lost or made anew.
///
/// Mended lines do not count, which belong to the file beside them, nor what was forgotten: its file may have stayed.
package struct UnindexedFiles: Sendable, Equatable {
    /// How many there are.
    package var count: Int
    /// The first of them, below `done/`.
    package var first: FilePath
    /// The command that has it taken again, with the folder that it lies in.
    package var command: String
    /// The command that has all of `done/` taken again.
    package var wholeCommand: String

    package init(count: Int, first: FilePath, command: String, wholeCommand: String) {
        self.count = count
        self.first = first
        self.command = command
        self.wholeCommand = wholeCommand
    }
}

extension UnindexedFiles {
    /// The files of `done/`, from which those of live documents are struck out.
    ///
    /// It is listed before the index is opened: what is put away later is in a later generation.
    struct Search {
        private let spool: SpoolDirectory
        /// Places in `done/` by the path below the inbox.
        private var rest: [[UInt8]: [FilePath]] = [:]
        /// Paths of names that do not tell the path for certain, by the time of the last write.
        private var vague: [Int64: [[UInt8]]] = [:]

        /// Lists `done/`.
        ///
        /// - Parameters:
        ///   - spool: the spool.
        ///   - limit: how many names are looked at.
        /// - Throws: `PlatformError` when `done/` cannot be opened.
        init(_ spool: SpoolDirectory, limit: Int) throws(PlatformError) {
            self.spool = spool
            let root = try OpenDirectory(spool.done)
            var left = limit
            var folders = [FilePath()]
            while let folder = folders.popLast(), left > 0 {
                // What is closed to this user is left out.
                guard let directory = try? root.directory(folder), let stream = try? DirectoryStream(in: directory, "")
                else { continue }
                while left > 0, let entry = try? stream.next() {
                    left -= 1
                    let place = folder.appending(entry.name)
                    guard let status = try? directory.status(of: FilePath(root: nil, [entry.name])) else { continue }
                    switch status.kind {
                    case .directory: folders.append(place)
                    case .regular: add(place, modified: status.modified)
                    default: break
                    }
                }
            }
        }

        private mutating func add(_ place: FilePath, modified: Int64) {
            guard let name = place.lastComponent,
                name.bytes.firstRange(of: Array(Spool.linesMark.utf8)) == nil
            else { return }
            let path = AgedFile.path(of: place)
            rest[path.bytes, default: []].append(place)
            // Such a name was cut to fit, or an earlier version put the file into the folder of its day.
            let isCut = path != place && path.bytes.contains(UInt8(ascii: "~"))
            guard isCut || place.components.first.map({ RealTime.isDay($0.bytes) }) == true else { return }
            vague[modified, default: []].append(path.bytes)
        }

        /// Strikes out the files of live documents.
        mutating func strikeOut(_ snapshot: Snapshot) throws(ShardsError) {
            guard !rest.isEmpty else { return }
            for shard in snapshot.shards {
                try shard.reader.forEachDocument { _, stored in
                    guard shard.isLive(stored.rows.lowerBound) else { return }
                    rest[stored.document.path] = nil
                    for path in vague[stored.document.modified] ?? [] { rest[path] = nil }
                }
            }
        }

        /// Strikes out the files of what was forgotten.
        mutating func strikeOut(_ forgotten: ForgottenDocuments) {
            guard !rest.isEmpty else { return }
            for record in forgotten.all { rest[Array(record.identifier.path)] = nil }
        }

        /// What is left; nil when nothing is.
        var found: UnindexedFiles? {
            let places = rest.values.joined()
            guard let first = places.min(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) else { return nil }
            return UnindexedFiles(
                count: places.count, first: first, command: spool.commandToTakeAgain(first),
                wholeCommand: spool.commandToTakeAgain())
        }
    }
}
