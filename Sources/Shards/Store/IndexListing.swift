import Platform
import SystemPackage

/// The files of an index directory, classified by name, and the newest manifest that can be trusted.
struct IndexListing: Sendable {
    let directory: OpenDirectory
    let files: [IndexFile]
    /// The generations with a file, ascending.
    let generations: [Int]
    /// The newest generation according to the file `generation`; nil when the file does not say.
    let markedGeneration: Int?

    /// Opens a directory that should contain an index.
    ///
    /// - Throws: `ShardsError`: `.notFound` when the directory does not exist, `.system`.
    static func openDirectory(_ path: FilePath) throws(ShardsError) -> OpenDirectory {
        do throws(PlatformError) {
            return try OpenDirectory(path)
        } catch {
            guard error.cause == .noSuchFileOrDirectory else { throw ShardsError(error, path: path) }
            throw notFound(path, "the directory does not exist")
        }
    }

    /// Lists a directory.
    ///
    /// - Throws: `ShardsError` of code `.system`.
    init(_ directory: OpenDirectory) throws(ShardsError) {
        self.directory = directory
        // Read before the names, so a generation committed in between never appears only in the mark.
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
    /// Commits during one listing can hide all of the last manifests from a reader.
    static func settled(_ directory: OpenDirectory) throws(ShardsError) -> IndexListing {
        let first = try IndexListing(directory)
        return first.missingNewest == nil ? first : try IndexListing(directory)
    }

    /// Whether there is an index, readable or not.
    var holdsIndex: Bool { !generations.isEmpty || markedGeneration != nil }

    /// The newest committed generation if its manifest is missing; nil when none is known to be missing.
    var missingNewest: Int? {
        guard let markedGeneration, markedGeneration > generations.last ?? 0 else { return nil }
        return markedGeneration
    }

    /// The generations whose manifest is missing: the newest, and gaps among those that are kept.
    ///
    /// Older gaps are harmless, since a power cut may undo some removals of superseded manifests and not others.
    var missingGenerations: [Int] {
        let newest = max(generations.last ?? 0, markedGeneration ?? 0)
        guard newest > 0 else { return [] }
        let present = Set(generations)
        let firstKept = max(newest - GarbageCollector.keptGenerations + 1, generations.first ?? newest)
        return (firstKept...newest).filter { !present.contains($0) }
    }

    /// The highest generation that verifies, and what is wrong with the skipped ones above it.
    ///
    /// Returns nil when files vanished meanwhile, so the directory must be listed again. Throws `ShardsError`:
    /// `.notFound` without any manifest, `.corrupt` when none verifies, `.unsupported` when the newest has a later
    /// format, `.system`.
    func newestManifest() throws(ShardsError) -> (manifest: Manifest, damage: [ShardsError])? {
        var damage: [ShardsError] = []
        if let missingNewest { damage.append(missing(missingNewest)) }
        for generation in generations.reversed() {
            do throws(ShardsError) {
                return (try manifest(generation), damage)
            } catch {
                if error.cause?.cause == .noSuchFileOrDirectory { return nil }
                // Another format is not damage, and an unreadable manifest may be valid.
                guard error.code == .corrupt else { throw error }
                damage.append(error)
            }
        }
        if let first = damage.first {
            throw ShardsError(
                .corrupt, path: first.path, section: first.section, offset: first.offset,
                "\(first.message). No generation of the index can be read: restore the directory from a backup, "
                    + "or remove it, and have the files of done/ indexed again (README.md: Make the index anew)")
        }
        throw Self.notFound(directory.path, "it contains no manifest")
    }

    /// Reads one generation.
    func manifest(_ generation: Int) throws(ShardsError) -> Manifest {
        let file = IndexFile.manifest(generation)
        return try Manifest.parse(
            try file.contents(in: directory, limit: 1 << 30), path: file.path(in: directory.path))
    }

    /// The error for a committed generation whose manifest is missing.
    func missing(_ generation: Int) -> ShardsError {
        ShardsError(
            .corrupt, path: IndexFile.manifest(generation).path(in: directory.path), section: "manifest",
            "it is missing, but generation \(generation) was committed")
    }

    private static func notFound(_ directory: FilePath, _ reason: String) -> ShardsError {
        ShardsError(
            .notFound, path: directory,
            "no index here: \(reason). Start vectorspoold once to make one, or choose another --index")
    }
}
