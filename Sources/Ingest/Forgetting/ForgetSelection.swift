import Documents
package import Identity
package import Inbox
import Platform
import Shards
package import Spool
package import SystemPackage
import Text

/// The documents that a wish means, found in the index and in the spool; nothing is forgotten by finding them.
package struct ForgetSelection: Sendable {
    /// What is to be forgotten: files, and single documents of them.
    package private(set) var documents: Set<DocumentIdentifier> = []
    /// Live documents and rows among them.
    package private(set) var liveDocuments = 0
    package private(set) var passages = 0
    /// Names that nothing is known of.
    package private(set) var unknown: [String] = []
    /// Names that were forgotten earlier and have not come back.
    package private(set) var already: [String] = []

    /// Looks for the documents in the index and in the spool.
    ///
    /// - Parameters:
    ///   - wish: what somebody asks for.
    ///   - spool: the spool.
    ///   - index: the directory of the index; it need not be there.
    ///   - ignore: the names of the inbox that are never taken.
    ///   - joined: the paths of which other files in work count as versions, since those have names of their own.
    ///   - beat: called for each file that is looked for, as a sign of life.
    /// - Throws: `ShardsError`, `PlatformError`.
    package init(
        _ wish: ForgetWish, spool: Spool, index: FilePath, ignore: IgnorePatterns, joined: Set<FilePath> = [],
        beat: () -> Void = {}
    ) throws {
        var names = Names(wish.names, spool.places)
        let globs = GlobList(wish.globs)
        // In the order in which a daemon moves files on, so that none is missed between two looks.
        let held = try Self.held(names, spool, ignore, joined)
        if !wish.globs.isEmpty {
            // One may go back to the inbox, or fail, between two looks.
            let waiting = try spool.waitingPaths(ignore)
            for path in try waiting.union(spool.pathsInWork()).union(joined).union(spool.waitingPaths(ignore))
            where globs.match(path.bytes) != nil {
                documents.insert(DocumentIdentifier(path: path.bytes))
            }
        }
        let snapshot = try Self.snapshot(index)
        var paths: Set<[UInt8]> = []
        try Self.forEachLive(snapshot) { identifier, _ in
            names.meet(identifier)
            let path = Array(identifier.path)
            if wish.isOfMissing { paths.insert(path) }
            if !wish.globs.isEmpty, globs.match(path) != nil { documents.insert(DocumentIdentifier(path: path)) }
        }
        if wish.isOfMissing {
            for path in try spool.missing(
                among: paths.compactMap { FilePath(bytes: $0) }, joined: joined, beat: beat)
            {
                documents.insert(DocumentIdentifier(path: path.bytes))
            }
        }
        try resolve(names, held, spool)
        try Self.forEachLive(snapshot) { identifier, rows in
            guard documents.contains(identifier) || documents.contains(DocumentIdentifier(path: Array(identifier.path)))
            else { return }
            liveDocuments += 1
            passages += rows
        }
    }

    /// The documents among the meanings of names of which files lie in the spool.
    private static func held(
        _ names: Names, _ spool: Spool, _ ignore: IgnorePatterns, _ joined: Set<FilePath>
    ) throws -> Set<DocumentIdentifier> {
        guard !names.all.isEmpty else { return [] }
        let files = names.all.flatMap(\.meanings).compactMap { meaning in
            FilePath(bytes: Array(meaning.path)).map { (meaning, $0) }
        }
        // A version that was not read yet may have the line.
        func isHeld(
            _ meaning: DocumentIdentifier, _ path: FilePath, _ listings: inout FolderListings
        ) throws(PlatformError) -> Bool {
            guard meaning.item != nil else { return try spool.holdsFiles(of: path, ignore, &listings) }
            return Self.mayHaveLines(path) && spool.waits(path, ignore)
        }
        var listings = FolderListings()
        var held: Set<DocumentIdentifier> = []
        for (meaning, path) in files where try isHeld(meaning, path, &listings) { held.insert(meaning) }
        let working = try spool.pathsInWork().union(joined)
        // One may have left work/ since, or gone back to the inbox.
        listings = FolderListings()
        for (meaning, path) in files {
            let isInWork = working.contains(path) && (meaning.item == nil || mayHaveLines(path))
            if try isInWork || isHeld(meaning, path, &listings) { held.insert(meaning) }
        }
        return held
    }

    private static func mayHaveLines(_ path: FilePath) -> Bool {
        path.lastComponent.map { DocumentFormat.contents(name: $0) == .jsonLines } ?? false
    }

    private mutating func resolve(_ names: Names, _ held: Set<DocumentIdentifier>, _ spool: Spool) throws {
        let known = try ForgottenDocuments.read(in: spool.root)
        for (name, meanings) in names.all {
            // What was forgotten counts too: the name of a file that is gone must not come to mean another.
            let found = meanings.first { names.met.contains($0) || held.contains($0) || known?.record(of: $0) != nil }
            if let found, names.met.contains(found) || held.contains(found) {
                documents.insert(found)
            } else if found != nil {
                already.append(name)
            } else {
                unknown.append(name)
            }
        }
    }

    private static func snapshot(_ index: FilePath) throws -> Snapshot? {
        guard try IndexStore.exists(at: index) else { return nil }
        return try Snapshot.open(index, decodesCodes: false)
    }

    private static func forEachLive(
        _ snapshot: Snapshot?, _ body: (DocumentIdentifier, _ rows: Int) -> Void
    ) throws(ShardsError) {
        for shard in snapshot?.shards ?? [] {
            try shard.reader.forEachDocument { _, stored in
                guard shard.isLive(stored.rows.lowerBound) else { return }
                body(DocumentIdentifier(path: stored.document.path, item: stored.document.item), stored.rows.count)
            }
        }
    }

    /// The names that were given, each with the documents that it can mean, the likeliest first.
    private struct Names {
        private(set) var all: [(name: String, meanings: [DocumentIdentifier])] = []
        /// The meanings that the index has.
        private(set) var met: Set<DocumentIdentifier> = []
        private var meant: Set<DocumentIdentifier> = []

        init(_ names: [String], _ spool: SpoolDirectory) {
            var seen: Set<String> = []
            for name in names where seen.insert(name).inserted {
                let meanings = DocumentName(name).files(in: spool, from: nil).map {
                    DocumentIdentifier(path: $0.path.bytes, item: $0.item)
                }
                all.append((name, meanings))
                meant.formUnion(meanings)
            }
        }

        mutating func meet(_ identifier: DocumentIdentifier) {
            if meant.contains(identifier) { met.insert(identifier) }
            guard identifier.item != nil else { return }
            let file = DocumentIdentifier(path: Array(identifier.path))
            if meant.contains(file) { met.insert(file) }
        }
    }
}
