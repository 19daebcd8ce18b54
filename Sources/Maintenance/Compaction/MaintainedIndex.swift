import FoundationEssentials
package import Platform
package import Shards
import Synchronization
package import SystemPackage

/// An index that a command maintains, whether a daemon works on it or not: commits of both follow one another.
package final class MaintainedIndex: CompactingIndex {
    private let store: Mutex<IndexStore>
    /// Where it is.
    package let directory: FilePath

    /// Opens an index for writing.
    ///
    /// - Throws: `ShardsError`, as `IndexStore.open`.
    package init(_ directory: FilePath) throws(ShardsError) {
        self.directory = directory
        store = Mutex(try IndexStore.open(directory))
    }

    package func replace(_ replacement: ShardReplacement) throws(ShardsError) -> Durability? {
        try store.withLock { store throws(ShardsError) in try store.replace(replacement, at: Date()) }
    }

    /// The newest generation that this process knows.
    package var manifest: Manifest { store.withLock { $0.manifest } }

    /// Compacts until nothing is left to be done.
    ///
    /// - Parameters:
    ///   - effort: how much is done.
    ///   - reserve: the bytes of the disk that stay free.
    ///   - claims: the names in `work/`; nil where the spool is not known.
    ///   - leftovers: what became of unnamed files after a purge.
    ///   - report: takes what each step has written.
    /// - Returns: how it ended: content, overtaken too often, or without room.
    /// - Throws: `ShardsError`; what `claims` throws.
    package func compact(
        _ effort: CompactionPolicy.Effort, reserve: Int, claims: @escaping @Sendable () throws -> Set<String>?,
        leftovers: inout Leftovers, report: (Compactor.Report) throws -> Void
    ) throws -> Compactor.Outcome {
        var compactor = Compactor(directory, reserve: reserve, committing: self) { try claims() ?? [] }
        var overtaken = 0
        while true {
            let outcome = try compactor.step(effort)
            switch outcome {
            case .replaced(let step): try report(step)
            case .overtaken where overtaken < Self.patience: overtaken += 1
            case .content:
                if effort == .purge { leftovers = try removeSuperseded(claims) }
                return outcome
            default: return outcome
            }
        }
    }

    /// So often others may be faster.
    private static let patience = 16

    /// Removes the generations before the newest, with all files that it does not name.
    private func removeSuperseded(_ claims: () throws -> Set<String>?) throws -> Leftovers {
        let garbage = try store.withLock { store throws(ShardsError) in
            try store.removeOlderGenerations()
            return store.garbage
        }
        let (removed, kept) = try garbage.purge(claims: try claims(), now: Date())
        return Leftovers(removed: removed, kept: kept)
    }

    /// What became of files that no generation names.
    package struct Leftovers: Sendable, Equatable {
        package var removed: [String] = []
        /// Those that a writer may be about to commit.
        package var kept: [String] = []

        package init(removed: [String] = [], kept: [String] = []) {
            self.removed = removed
            self.kept = kept
        }
    }
}
