import FoundationEssentials
import Identity
import Platform
import Shards
package import SystemPackage

/// Joins indexes of one identity into another one without encoding anything: shards get a second name or are copied, manifests are
/// joined in one commit, and documents that stand in several indexes are resolved.
///
/// Sources are read one after another, so thousands need no more open files than one. They may be written to meanwhile: each is taken as
/// it was when it was opened.
package struct IndexJoin {
    /// An index to join.
    package struct Source: Sendable, Equatable {
        package let directory: FilePath
        /// What comes before the paths of its documents, with a slash at its end; nil leaves them as they are.
        package let prefix: [UInt8]?

        package init(_ directory: FilePath, prefix: [UInt8]? = nil) {
            self.directory = directory
            self.prefix = prefix
        }
    }

    /// What was joined.
    package struct Report: Sendable, Equatable {
        package var sources = 0
        package var shards = 0
        package var documents = 0
        package var rows = 0
        /// Documents of equal contents that stood in several indexes.
        package var duplicates = 0
        /// Documents that were left out for a newer version.
        package var older = 0
        /// Shards that share their file with the source.
        package var linked = 0
        package var copied = 0
        /// Shards that were written anew with other paths.
        package var rewritten = 0
        package var generation = 0
    }

    /// Where a document stands, of those that were seen so far.
    private struct Place {
        /// The number among the shards that are added; nil for one that was in the target before.
        let shard: Int?
        let rows: Range<Int>
        let contents: KeyPrefix
        let claimed: Int64
    }

    private let target: FilePath
    private let takesNewest: Bool
    private var store: IndexStore
    private let isNew: Bool
    private var changes = IndexChanges()
    private var known: [IdentifierDigest: Place] = [:]
    private var forgotten: ForgottenDocuments
    private var conflicts: [String] = []
    private var conflictCount = 0
    private var report = Report()

    /// As many names of documents are told that stand in several indexes with different contents.
    private static let toldConflicts = 10

    /// Joins indexes.
    ///
    /// - Parameters:
    ///   - sources: the indexes, at least one.
    ///   - target: the index to join them into; it is made when there is none.
    ///   - takesNewest: whether of documents with one name and different contents the newest is taken; otherwise they are refused.
    ///   - progress: told of each source that is done.
    /// - Returns: what was joined.
    /// - Throws: `MaintenanceError`; `ShardsError` for an index that cannot be read or written. Then the target is as before.
    package static func join(
        _ sources: [Source], into target: FilePath, takesNewest: Bool, progress: (Int) -> Void = { _ in }
    ) throws -> Report {
        guard let first = sources.first else { return Report() }
        try checkPlaces(sources, target)
        var join = try IndexJoin(Snapshot.open(first.directory, decodesCodes: false), target, takesNewest)
        do {
            for (number, source) in sources.enumerated() {
                try join.add(source)
                progress(number + 1)
            }
            try join.checkConflicts()
            return try join.commit()
        } catch {
            join.withdraw()
            throw error
        }
    }

    /// Removes what was brought into the target, and the target where it was made for it.
    private func withdraw() {
        let directory = store.directory
        for shard in changes.shards { directory.removeIfPresent(shard.name.file) }
        guard isNew, (try? Snapshot.open(target, decodesCodes: false).manifest.generation) == 1,
            let entries = try? directory.entries()
        else { return }
        for entry in entries { directory.removeIfPresent(FilePath(entry.name.string)) }
        guard let name = target.lastComponent else { return }
        try? OpenDirectory(target.removingLastComponent()).removeDirectory(FilePath(name.string))
    }

    private static func checkPlaces(_ sources: [Source], _ target: FilePath) throws {
        // Opened, so that a link to the target is known.
        let place = try? OpenDirectory(target).status()
        for source in sources {
            guard let place, let other = try? OpenDirectory(source.directory).status(), place.isSameFile(as: other)
            else { continue }
            throw MaintenanceError(
                .target, path: target,
                "\(source.directory) is the target itself: name the others only, they are joined into it")
        }
    }

    private init(_ first: Snapshot, _ target: FilePath, _ takesNewest: Bool) throws {
        self.target = target
        self.takesNewest = takesNewest
        let identity = first.manifest.identity
        if try IndexStore.exists(at: target) {
            store = try IndexStore.open(target)
            isNew = false
        } else {
            isNew = true
            store = try IndexStore.create(
                at: target, identity: identity, ranges: try RangesFile.ofIndex(first.directory, identity),
                passages: first.manifest.passages, time: Date())
        }
        forgotten = store.forgotten
        // What is in the target already.
        let snapshot = try Snapshot.open(target, decodesCodes: false)
        for shard in snapshot.shards {
            _ = try ShardReceipt(of: shard.reader, named: shard.listed.name) { arrival in
                guard shard.isLive(arrival.rows.lowerBound) else { return }
                known[arrival.digest] = Place(
                    shard: nil, rows: arrival.rows, contents: arrival.contents, claimed: arrival.claimed)
            }
        }
    }

    /// Brings the shards of an index, and notes which of its documents live.
    private mutating func add(_ source: Source) throws {
        let snapshot = try Snapshot.open(source.directory, decodesCodes: source.prefix != nil)
        if let damage = snapshot.damage.first { throw damage }
        let differences = store.identity.differences(from: snapshot.manifest.identity)
        guard differences.isEmpty else {
            throw MaintenanceError(
                .mismatch, path: source.directory,
                "\(source.directory) cannot be joined with \(target): they differ in \(differences.joined(separator: ", ")). "
                    + "Scores of the two could not be compared; make one of them anew with the model and ranges of the other"
            )
        }
        for record in try ForgottenDocuments.ofIndex(source.directory).all {
            forgotten.add(source.prefix.map { record.below($0) } ?? record)
        }
        changes.clippedValues += snapshot.manifest.clippedValues
        changes.quantizedValues += snapshot.manifest.quantizedValues
        for shard in snapshot.shards where shard.listed.liveRows > 0 {
            if let prefix = source.prefix {
                try add(try rewritten(shard, below: prefix, of: snapshot), dead: nil)
            } else {
                try add(try brought(shard, from: source.directory), dead: shard.dead)
            }
        }
        report.sources += 1
    }

    /// Gives a shard's file a name in the target.
    private mutating func brought(_ shard: SnapshotShard, from directory: FilePath) throws -> ShardName {
        let folder = try OpenDirectory(directory)
        var name = shard.listed.name
        while true {
            do {
                switch try folder.share(name: shard.listed.name, in: store.directory, as: name) {
                case .linked: report.linked += 1
                case .copied: report.copied += 1
                }
                return name
            } catch {
                guard error.cause?.cause == .fileExists else { throw error }
                // Another shard, or the same of a copy of this index: the name says nothing.
                name = ShardName.unique(at: Date())
            }
        }
    }

    /// Writes a shard anew whose documents have longer paths.
    private mutating func rewritten(
        _ shard: SnapshotShard, below prefix: [UInt8], of snapshot: Snapshot
    ) throws -> ShardName {
        let kept = try KeptRows(of: shard, claims: [], forgotten: ForgottenDocuments())
        let name = ShardName.unique(at: Date())
        _ = try ShardSplice(
            [ShardSplice.Source(shard.reader, keeping: kept.rows)], identity: snapshot.manifest.identity, below: prefix
        ).write(into: store.directory, name: name)
        report.rewritten += 1
        return name
    }

    /// Adds a shard that lies in the target.
    private mutating func add(_ name: ShardName, dead: RowBitset?) throws {
        let reader = try ShardReader(name.file, in: store.directory, decodesCodes: false)
        var arrivals: [ShardReceipt.Arrival] = []
        let receipt = try ShardReceipt(of: reader, named: name) { arrivals.append($0) }
        let number = changes.shards.count
        changes.shards.append(receipt)
        if let dead { changes.dead[name] = dead }
        for arrival in arrivals where !(dead?.contains(arrival.rows.lowerBound) ?? false) {
            let place = Place(
                shard: number, rows: arrival.rows, contents: arrival.contents, claimed: arrival.claimed)
            guard let other = known[arrival.digest] else {
                known[arrival.digest] = place
                continue
            }
            let isSame = other.contents == place.contents
            if isSame || takesNewest {
                if isSame { report.duplicates += 1 } else { report.older += 1 }
                // Also of equal contents the latest claim is kept: what was forgotten and dropped again lives through it.
                kill(place.claimed > other.claimed ? other : place)
                if place.claimed > other.claimed { known[arrival.digest] = place }
            } else {
                conflictCount += 1
                if conflicts.count < Self.toldConflicts {
                    conflicts.append(try reader.document(arrival.number).document.identifier.displayName)
                }
            }
        }
    }

    /// Makes a document dead on arrival; one that was in the target before is replaced by the commit.
    private mutating func kill(_ place: Place) {
        guard let number = place.shard else { return }
        let receipt = changes.shards[number]
        changes.dead[receipt.name, default: RowBitset(rowCount: receipt.rowCount)].insert(place.rows)
    }

    private func checkConflicts() throws(MaintenanceError) {
        guard conflictCount > 0 else { return }
        let more = conflictCount > conflicts.count ? " and \(conflictCount - conflicts.count) more" : ""
        throw MaintenanceError(
            .conflict, path: target,
            (conflictCount == 1 ? "1 document stands" : "\(conflictCount) documents stand")
                + " in several of the indexes with different contents: "
                + conflicts.joined(separator: ", ") + more
                + ". Take the newest of each with --newest, or keep all under a prefix for each index, as in laptop=A server=B"
        )
    }

    /// Leaves out shards whose rows are all dead.
    private mutating func dropDead() {
        for shard in changes.shards where changes.dead[shard.name]?.count == shard.rowCount {
            store.directory.removeIfPresent(shard.name.file)
            changes.dead[shard.name] = nil
            changes.shards.removeAll { $0.name == shard.name }
        }
    }

    /// Makes the rows visible in one generation, and then dead what any of the indexes has forgotten.
    private mutating func commit() throws -> Report {
        dropDead()
        if case .unknown = try store.commit(changes, at: Date()),
            case .unknown(let error) = try store.confirmDurability()
        {
            throw error
        }
        // After the rows, so that a target in which nothing was joined is as before.
        try store.recallDurably(forgotten.all)
        report.shards = changes.shards.count
        report.documents = store.manifest.documents
        report.rows = store.manifest.rows
        report.generation = store.manifest.generation
        return report
    }
}
