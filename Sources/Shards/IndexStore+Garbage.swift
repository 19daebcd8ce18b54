package import FoundationEssentials
import Platform
import SystemPackage

extension IndexStore {
    /// Generations that are kept beside what they name.
    package static let keptGenerations = 3
    /// How long a file that nothing names is left alone: somebody may just be about to commit it.
    package static let graceTime: TimeInterval = 600

    /// Removes older manifests, and files that none of the last generations names (Format.md, 6).
    ///
    /// Readers that mapped a removed shard keep it; readers about to open one begin again with the newest manifest.
    ///
    /// - Returns: the names that were removed.
    /// - Throws: `ShardsError` when the directory cannot be listed; a file that cannot be removed is left for the next time.
    @discardableResult
    package func collectGarbage(now: Date, grace: TimeInterval = graceTime) throws(ShardsError) -> [String] {
        let listing = try IndexListing(directory)
        var kept: [Manifest] = []
        var isDamaged = false
        for generation in listing.generations.reversed() where kept.count < Self.keptGenerations {
            do throws(ShardsError) {
                kept.append(try listing.manifest(generation))
            } catch {
                isDamaged = true
            }
        }
        let oldest = kept.last?.generation ?? 0
        let named = Set(kept.flatMap(\.fileNames))
        var removed: [String] = []
        for file in listing.files {
            let isGarbage =
                switch file {
                case .temporary: isOld(file, now, grace)
                // Nobody knows what a damaged manifest named.
                case .manifest(let generation): !isDamaged && generation < oldest
                case .shard, .tombstones: !isDamaged && !named.contains(file.name) && isOld(file, now, grace)
                case .ranges, .rangesDescription, .other: false
                }
            guard isGarbage else { continue }
            do throws(PlatformError) {
                try Directory.removeFile(file.path(in: directory))
                removed.append(file.name)
            } catch {
                continue
            }
        }
        return removed
    }

    private func isOld(_ file: IndexFile, _ now: Date, _ grace: TimeInterval) -> Bool {
        guard let status = try? FileStatus.of(file.path(in: directory)) else { return false }
        return Double(status.modified) / 1e9 + grace <= now.timeIntervalSince1970
    }
}

extension Manifest {
    /// The shards and tombstone files that it names.
    var fileNames: [String] {
        shards.map(\.name.fileName) + shards.compactMap { $0.tombstones?.name }
    }
}
