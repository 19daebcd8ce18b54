package import FoundationEssentials
package import Platform
import SystemPackage

/// Removes what a crash, or a commit that failed, left in an index directory (Format.md, 6).
package struct GarbageCollector: Sendable {
    /// Generations that are kept beside what they name.
    package static let keptGenerations = 3
    /// How long a file that nothing names is left alone: somebody may just be about to commit it.
    package static let graceTime: TimeInterval = 600

    package let directory: OpenDirectory
    /// Files that a commit which failed has written and may still come to name, however old they are.
    let spared: Set<String>

    /// Removes older manifests, and files that none of the last generations names.
    ///
    /// Readers that mapped a removed shard keep it; readers about to open one begin again with the newest manifest.
    ///
    /// - Parameter sparing: shards that wait for their commit, however old they are.
    /// - Returns: the names that were removed.
    /// - Throws: `ShardsError` when the directory cannot be listed or a manifest cannot be read; a file that cannot be removed
    ///   is left for the next time.
    @discardableResult
    package func collect(
        now: Date, grace: TimeInterval = graceTime, sparing: Set<ShardName> = []
    ) throws(ShardsError) -> [String] {
        let listing = try IndexListing(directory)
        var kept: [Manifest] = []
        var isDamaged = listing.missingNewest != nil
        for generation in listing.generations.reversed() where kept.count < Self.keptGenerations {
            do throws(ShardsError) {
                kept.append(try listing.manifest(generation))
            } catch {
                // Superseded meanwhile: whoever commits so often leaves another chance.
                if error.cause?.isAbsence == true { return [] }
                // What could not be read this time may be a good one.
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
                case .temporary: isOld(file, now, grace)
                // Nobody knows what a manifest named that is damaged or gone.
                case .manifest(let generation): !isDamaged && generation < oldest
                case .shard(let name):
                    !isDamaged && !named.contains(file.name) && !sparing.contains(name) && isOld(file, now, grace)
                case .tombstones: !isDamaged && !named.contains(file.name) && isOld(file, now, grace)
                case .ranges, .rangesDescription, .generationMark, .other: false
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

    private func isOld(_ file: IndexFile, _ now: Date, _ grace: TimeInterval) -> Bool {
        guard let status = try? directory.status(of: FilePath(file.name)) else { return false }
        return Double(status.modified) / 1e9 + grace <= now.timeIntervalSince1970
    }
}

extension Manifest {
    /// The shards and tombstone files that it names.
    var fileNames: [String] {
        shards.map(\.name.fileName) + shards.compactMap { $0.tombstones?.name }
    }
}
