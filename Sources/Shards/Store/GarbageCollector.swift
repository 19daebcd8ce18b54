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

    /// Removes files of some names that no manifest names any more, however young they are.
    ///
    /// The names are those of generations that were superseded, so no writer is about to commit them.
    ///
    /// - Parameter names: as `namedFiles` gives them.
    /// - Returns: the removed names.
    /// - Throws: `ShardsError` when a manifest cannot be read; then nothing is removed.
    @discardableResult
    package func remove(superseded names: Set<String>) throws(ShardsError) -> [String] {
        let named = spared.union(try Self.namedFiles(in: directory))
        var removed: [String] = []
        for name in names.subtracting(named).sorted() where (try? directory.remove(FilePath(name))) != nil {
            removed.append(name)
        }
        return removed
    }

    /// The shards and tombstone files that the manifests of an index name.
    ///
    /// - Throws: `ShardsError` when a manifest cannot be read, unless it is gone meanwhile.
    package static func namedFiles(in directory: OpenDirectory) throws(ShardsError) -> Set<String> {
        let listing = try IndexListing(directory)
        var names: Set<String> = []
        for generation in listing.generations {
            do throws(ShardsError) {
                names.formUnion(try listing.manifest(generation).fileNames)
            } catch {
                guard error.cause?.isAbsence == true else { throw error }
            }
        }
        return names
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
