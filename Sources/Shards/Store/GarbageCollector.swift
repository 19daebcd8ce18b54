package import FoundationEssentials
package import Platform
import SystemPackage

/// Removes what a crash or a failed commit left in an index directory (Format.md, 6).
package struct GarbageCollector: Sendable {
    /// The number of generations to keep with the files they name.
    package static let keptGenerations = 3
    /// How long an unnamed file is kept, because a writer may be about to commit it.
    package static let graceTime: TimeInterval = 600

    package let directory: OpenDirectory
    /// The files of a failed commit that it may still name, kept regardless of their age.
    let spared: Set<String>

    /// Removes older manifests, and files that none of the last generations names; returns the removed names.
    ///
    /// Readers that mapped a removed shard keep it; readers about to open one start again with the newest manifest.
    /// `sparing` names shards that wait for their commit, which are kept regardless of their age. Throws `ShardsError`
    /// when the directory cannot be listed or a manifest cannot be read; a file that cannot be removed stays until the
    /// next time.
    @discardableResult
    package func collect(
        now: Date, grace: TimeInterval = graceTime, sparing: Set<ShardName> = []
    ) throws(ShardsError) -> [String] {
        // Nobody publishes a generation meanwhile that names what is being removed.
        try directory.whileLocked { () throws(ShardsError) in
            try collectLocked(now: now, grace: grace, sparing: sparing)
        }
    }

    private func collectLocked(
        now: Date, grace: TimeInterval, sparing: Set<ShardName>
    ) throws(ShardsError) -> [String] {
        let listing = try IndexListing(directory)
        var kept: [Manifest] = []
        var isDamaged = listing.missingNewest != nil
        for generation in listing.generations.reversed() where kept.count < Self.keptGenerations {
            do throws(ShardsError) {
                kept.append(try listing.manifest(generation))
            } catch {
                // Superseded meanwhile: with such frequent commits there will be another chance.
                if error.cause?.isAbsence == true { return [] }
                // A manifest that is unreadable this time may be valid.
                guard error.code != .system else { throw error }
                isDamaged = true
            }
        }
        let oldest = kept.last?.generation ?? 0
        let named = spared.union(kept.flatMap(\.fileNames))
        var removed: [String] = []
        for file in listing.files {
            let isGarbage =
                switch file {
                case .temporary: isOld(file, at: now, after: grace)
                // The files that a damaged or missing manifest named are unknown.
                case .manifest(let generation): !isDamaged && generation < oldest
                case .shard(let name):
                    !isDamaged && !named.contains(file.name) && !sparing.contains(name)
                        && isOld(file, at: now, after: grace)
                case .tombstones: !isDamaged && !named.contains(file.name) && isOld(file, at: now, after: grace)
                case .ranges, .rangesDescription, .generationMark, .forgotten, .other: false
                }
            guard isGarbage else { continue }
            do throws(PlatformError) {
                try directory.remove(FilePath(file.name))
                removed.append(file.name)
            } catch {
                continue
            }
        }
        return removed
    }

    /// Removes every file that no manifest names, however young it is, but for what a writer is about to commit.
    ///
    /// A shard of which a document's claim lies in `work/` waits for its commit; so may one of the last seconds where the claims are not
    /// known. A temporary file is its writer's as long as that process lives.
    ///
    /// - Parameters:
    ///   - claims: the names in `work/`; nil where the spool is not known.
    ///   - now: the present.
    /// - Returns: the removed names, and those that stay although no manifest names them.
    /// - Throws: `ShardsError` when the directory or a manifest cannot be read; then nothing is removed.
    package func purge(
        claims: Set<String>?, now: Date
    ) throws(ShardsError) -> (removed: [String], kept: [String]) {
        try directory.whileLocked { () throws(ShardsError) in
            let listing = try IndexListing(directory)
            var named = spared
            for generation in listing.generations { named.formUnion(try listing.manifest(generation).fileNames) }
            var (removed, kept): ([String], [String]) = ([], [])
            for file in listing.files where !named.contains(file.name) {
                let isWaiting: Bool
                switch file {
                case .shard(let name): isWaiting = try isAwaited(name, file, claims, now)
                // They are written under the lock that is held here.
                case .tombstones: isWaiting = false
                case .temporary(let name): isWaiting = OpenDirectory.isOfLivingProcess(name)
                default: continue
                }
                let isGone = !isWaiting && (try? directory.remove(FilePath(file.name))) != nil
                if isGone { removed.append(file.name) } else { kept.append(file.name) }
            }
            return (removed, kept)
        }
    }

    /// How long a commit may take from its first file to its manifest, where nothing else tells.
    private static let commitTime: TimeInterval = 60

    /// Whether a writer may be about to commit a shard.
    private func isAwaited(
        _ name: ShardName, _ file: IndexFile, _ claims: Set<String>?, _ now: Date
    ) throws(ShardsError) -> Bool {
        guard let claims else { return !isOld(file, at: now, after: Self.commitTime) }
        do throws(ShardsError) {
            var isAwaited = false
            try ShardReader(name.file, in: directory, decodesCodes: false).forEachRecord { record in
                guard !isAwaited else { return }
                let claim = record.claimText
                isAwaited = claims.contains(claim) || claims.contains(String(claim.dropLast()))
            }
            return isAwaited
        } catch {
            // What cannot be read cannot be committed.
            guard error.code == .system else { return false }
            throw error
        }
    }

    private func isOld(_ file: IndexFile, at now: Date, after grace: TimeInterval) -> Bool {
        guard let status = try? directory.status(of: FilePath(file.name)) else { return false }
        return Double(status.modified) / 1e9 + grace <= now.timeIntervalSince1970
    }
}

extension Manifest {
    /// The shards and tombstone files that the manifest names.
    package var fileNames: [String] {
        shards.map(\.name.fileName) + shards.compactMap { $0.tombstones?.name }
    }
}
