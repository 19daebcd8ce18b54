import Platform
import SystemPackage

/// The files of an index directory, told apart by name, and the newest manifest that can be trusted.
struct IndexListing: Sendable {
    let directory: OpenDirectory
    let files: [IndexFile]
    /// Generations that have a file, ascending.
    let generations: [Int]
    /// The generation that was the newest according to the file `generation`; nil when it says nothing.
    let markedGeneration: Int?

    /// Opens a directory that should hold an index.
    ///
    /// - Throws: `ShardsError`: `.notFound` when there is no such directory, `.system`.
    static func openDirectory(_ path: FilePath) throws(ShardsError) -> OpenDirectory {
        do throws(PlatformError) {
            return try OpenDirectory(path)
        } catch {
            guard error.cause == .noSuchFileOrDirectory else { throw ShardsError(error, path: path) }
            throw notFound(path, "there is no such directory")
        }
    }

    /// Lists a directory.
    ///
    /// - Throws: `ShardsError` of code `.system`.
    init(_ directory: OpenDirectory) throws(ShardsError) {
        self.directory = directory
        // Before the names: a generation that commits in between is then never seen in the mark alone.
        markedGeneration = try GenerationMark.read(in: directory)
        do throws(PlatformError) {
            files = try directory.entries().map { IndexFile($0.name.string) }
        } catch {
            throw ShardsError(error, path: directory.path)
        }
        generations = files.compactMap { if case .manifest(let generation) = $0 { generation } else { nil } }.sorted()
    }

    /// Lists a directory again where it seems to have lost its newest generation.
    ///
    /// Commits that come while names are read can hide all of the last manifests from a reader once.
    static func settled(_ directory: OpenDirectory) throws(ShardsError) -> IndexListing {
        let first = try IndexListing(directory)
        return first.missingNewest == nil ? first : try IndexListing(directory)
    }

    /// Whether there is an index, readable or not.
    var holdsIndex: Bool { !generations.isEmpty || markedGeneration != nil }

    /// The newest generation that was committed and has no manifest any more; nil when none is known to be missing.
    var missingNewest: Int? {
        guard let markedGeneration, markedGeneration > generations.last ?? 0 else { return nil }
        return markedGeneration
    }

    /// Generations that must have a manifest and have none: the newest, and gaps among those that are kept.
    ///
    /// Older gaps mean nothing, since a power cut may undo some removals of superseded manifests and not others.
    var missingGenerations: [Int] {
        let newest = max(generations.last ?? 0, markedGeneration ?? 0)
        guard newest > 0 else { return [] }
        let present = Set(generations)
        let firstKept = max(newest - GarbageCollector.keptGenerations + 1, generations.first ?? newest)
        return (firstKept...newest).filter { !present.contains($0) }
    }

    /// The highest generation that verifies.
    ///
    /// - Returns: it, and what is wrong with those above that were passed over; nil when files vanished meanwhile, so that the
    ///   directory must be listed again.
    /// - Throws: `ShardsError`: `.notFound` without any manifest, `.corrupt` when none verifies, `.unsupported` when the newest
    ///   is of a later format, `.system`.
    func newestManifest() throws(ShardsError) -> (manifest: Manifest, damage: [ShardsError])? {
        var damage: [ShardsError] = []
        if let missingNewest { damage.append(missing(missingNewest)) }
        for generation in generations.reversed() {
            do throws(ShardsError) {
                return (try manifest(generation), damage)
            } catch {
                if error.cause?.cause == .noSuchFileOrDirectory { return nil }
                // Another format is not damage, and a manifest that cannot be read may be a good one.
                guard error.code == .corrupt else { throw error }
                damage.append(error)
            }
        }
        if let first = damage.first {
            throw ShardsError(
                .corrupt, path: first.path, section: first.section, offset: first.offset,
                "\(first.message). No generation of the index can be read: restore the directory from a backup, "
                    + "or remove it and drop the documents again")
        }
        throw Self.notFound(directory.path, "it holds no manifest")
    }

    /// Reads one generation.
    func manifest(_ generation: Int) throws(ShardsError) -> Manifest {
        let file = IndexFile.manifest(generation)
        return try Manifest.parse(
            try file.contents(in: directory, limit: 1 << 30), path: file.path(in: directory.path))
    }

    /// What is said of a generation that was committed and is not there.
    func missing(_ generation: Int) -> ShardsError {
        ShardsError(
            .corrupt, path: IndexFile.manifest(generation).path(in: directory.path), section: "manifest",
            "it is missing, though generation \(generation) was committed")
    }

    private static func notFound(_ directory: FilePath, _ reason: String) -> ShardsError {
        ShardsError(
            .notFound, path: directory,
            "no index here: \(reason). Start vectorspoold once to make one, or name another --index")
    }
}
