package import FoundationEssentials
package import Platform
package import Shards
package import SystemPackage

/// What a compactor needs of an index: that of the daemon while it runs, else the one that a command has opened.
package protocol CompactingIndex: Sendable {
    /// Commits that one shard stands for some others; see `IndexStore.replace`.
    func replace(_ replacement: ShardReplacement) throws(ShardsError) -> Durability?
}

/// Writes shards anew as one, step by step, until the policy is content.
///
/// Each step opens the newest generation, writes one shard and commits it; readers, writers and other compactors may go on meanwhile,
/// and a crash at any call leaves nothing but garbage. Every call blocks on the disk and computes.
package struct Compactor: Sendable {
    /// What a step came to.
    package enum Outcome: Sendable, Equatable {
        /// Nothing is left to be done.
        case content
        case replaced(Report)
        /// It was asked to end.
        case ended
        /// Others replaced one of the shards first.
        case overtaken
        /// The disk has less room than the new shard may need.
        case noRoom(needed: Int, free: Int)
    }

    /// What was written.
    package struct Report: Sendable, Equatable {
        /// The shards that went.
        package let shards: Int
        /// Their bytes.
        package let bytesRead: Int
        package let bytesWritten: Int
        package let rows: Int
        /// The dead rows that were left out.
        package let droppedRows: Int
    }

    private let directory: FilePath
    private let policy: CompactionPolicy
    /// Bytes of the disk that stay free.
    private let reserve: Int
    private let claims: @Sendable () throws -> Set<String>
    private let committer: any CompactingIndex
    /// Shards whose dead rows have to stay, which each step finds out for itself.
    private var settled: Set<ShardName> = []

    /// Prepares compactions of an index.
    ///
    /// - Parameters:
    ///   - directory: where it is.
    ///   - policy: says which shards are next.
    ///   - reserve: the bytes of the disk that stay free.
    ///   - index: commits.
    ///   - claims: the names in `work/`, whose dead rows have to stay; asked before each step.
    package init(
        _ directory: FilePath, _ policy: CompactionPolicy = CompactionPolicy(), reserve: Int,
        committing index: any CompactingIndex, claims: @escaping @Sendable () throws -> Set<String>
    ) {
        self.directory = directory
        self.policy = policy
        self.reserve = reserve
        committer = index
        self.claims = claims
    }

    /// Writes one shard in the place of some.
    ///
    /// - Parameters:
    ///   - effort: how much is done.
    ///   - now: the present.
    ///   - goesOn: asked every few hundred kilobytes; false ends the step.
    /// - Returns: what it came to.
    /// - Throws: `ShardsError`: `.corrupt` for a damaged shard, `.system`, `.conflict`; what `claims` throws.
    package mutating func step(
        _ effort: CompactionPolicy.Effort, now: Date = Date(), while goesOn: () -> Bool = { true }
    ) throws -> Outcome {
        let held = try claims()
        let snapshot = try Snapshot.open(directory)
        let forgotten = try ForgottenDocuments.ofIndex(directory)
        settled.formIntersection(snapshot.manifest.shards.map(\.name))
        while let shards = next(of: snapshot, effort, now: now) {
            var kept: [KeptRows] = []
            for shard in shards { kept.append(try KeptRows(of: shard, claims: held, forgotten: forgotten)) }
            // Claims in work/ hold the dead rows of a shard that would be written for their sake alone.
            if shards.count == 1, kept[0].count == shards[0].listed.rows {
                settled.insert(shards[0].listed.name)
                continue
            }
            return try write(shards, kept, of: snapshot, while: goesOn)
        }
        return .content
    }

    /// The shards that are next written anew as one.
    ///
    /// Shards without words are merged with their like alone: one of them would take the words from all others.
    private func next(
        of snapshot: Snapshot, _ effort: CompactionPolicy.Effort, now: Date
    ) -> [SnapshotShard]? {
        for hasWords in [true, false] {
            let like = snapshot.shards.filter { ($0.reader.terms != nil) == hasWords }
            if let places = policy.next(like.map(\.candidate), effort, settled: settled, now: now) {
                return places.map { like[$0] }
            }
        }
        return nil
    }

    private func write(
        _ shards: [SnapshotShard], _ kept: [KeptRows], of snapshot: Snapshot, while goesOn: () -> Bool
    ) throws -> Outcome {
        let bytes = shards.reduce(0) { $0 + $1.listed.bytes }
        if let free = (try? FileSystemStatus(of: directory))?.availableBytes, free < bytes + reserve {
            return .noRoom(needed: bytes + reserve, free: free)
        }
        let sources = zip(shards, kept).map { ShardSplice.Source($0.reader, keeping: $1.rows) }
        let rows = kept.reduce(0) { $0 + $1.count }
        var new: ShardSplice.Result?
        if rows > 0 {
            let splice = ShardSplice(sources, identity: snapshot.manifest.identity)
            let name = ShardName.unique(at: Date())
            new = try splice.write(into: try OpenDirectory(directory), name: name, while: goesOn)
            guard new != nil else { return .ended }
        }
        let old = zip(shards, kept).map {
            ShardReplacement.Old($0.listed.name, rowCount: $0.listed.rows, keeping: $1.rows)
        }
        let replacement = ShardReplacement(
            old, by: new, leavesOutForgotten: kept.contains { $0.leavesOutForgotten })
        // Whether it survives a power cut is for the next commit to find out; nothing is removed before.
        guard try committer.replace(replacement) != nil else {
            if let new { try? OpenDirectory(directory).remove(new.name.file) }
            return .overtaken
        }
        return .replaced(
            Report(
                shards: shards.count, bytesRead: bytes, bytesWritten: new?.byteCount ?? 0, rows: rows,
                droppedRows: shards.reduce(0) { $0 + $1.listed.rows } - rows))
    }
}

extension SnapshotShard {
    /// The numbers by which the policy chooses.
    fileprivate var candidate: CompactionPolicy.Candidate {
        CompactionPolicy.Candidate(
            name: listed.name, rows: listed.rows, liveRows: listed.liveRows, bytes: listed.bytes,
            deadSince: listed.tombstones.map { $0.since ?? .distantPast })
    }
}
