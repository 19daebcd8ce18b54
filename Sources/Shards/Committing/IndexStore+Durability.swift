package import Platform
import SystemPackage

extension IndexStore {
    /// Makes sure that the newest generation survives a power cut; called again until it does.
    ///
    /// A commit of which nobody could tell whether it was published is finished first.
    ///
    /// After a failure the kernel may take what it could not write for written, so a second `fsync` alone proves nothing. A small
    /// file is given its name anew, which makes the directory be written again.
    /// - Throws: `ShardsError`, as `commit`: that commit is still in doubt.
    package mutating func confirmDurability() throws(ShardsError) -> Durability {
        if let doubtful { return try finish(doubtful) }
        guard !isDurable else { return .durable }
        do throws(PlatformError) {
            let durability = try directory.publish(
                GenerationMark.serialized(manifest.generation), as: IndexFile.generationMark.component,
                mode: IndexFile.mode, isReplacing: true)
            if case .unknown = durability { return durability }
        } catch {
            return .unknown(error)
        }
        isDurable = true
        removeSuperseded()
        return .durable
    }

    /// Follows a generation that is durable: notes its number and removes the manifests that it superseded.
    ///
    /// None of it matters to what was committed, so that failures are left for the next time.
    mutating func settle() {
        isDurable = true
        try? directory.replaceVolatile(
            GenerationMark.serialized(manifest.generation), as: IndexFile.generationMark.component, mode: IndexFile.mode
        )
        removeSuperseded()
    }

    /// Removes the manifests that are not among the last ones.
    private mutating func removeSuperseded() {
        while generations.count > GarbageCollector.keptGenerations, let oldest = generations.first {
            do throws(PlatformError) {
                try directory.remove(FilePath(IndexFile.manifest(oldest).name))
            } catch {
                // In order, so that no gap looks like a loss.
                guard error.isAbsence else { return }
            }
            generations.removeFirst()
        }
    }
}
