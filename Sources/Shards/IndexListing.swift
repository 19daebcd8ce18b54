import Platform
import SystemPackage

/// The files of an index directory, told apart by name, and the newest manifest that can be trusted.
struct IndexListing: Sendable {
    let directory: FilePath
    let files: [IndexFile]
    /// Generations that have a file, ascending.
    let generations: [Int]

    /// Lists a directory.
    ///
    /// - Throws: `ShardsError`: `.notFound` when there is no such directory.
    init(_ directory: FilePath) throws(ShardsError) {
        self.directory = directory
        do throws(PlatformError) {
            files = try Directory.entries(of: directory).map { IndexFile($0.name.string) }
        } catch {
            guard error.cause == .noSuchFileOrDirectory else { throw ShardsError(error, path: directory) }
            throw Self.notFound(directory, "there is no such directory")
        }
        generations = files.compactMap { if case .manifest(let generation) = $0 { generation } else { nil } }.sorted()
    }

    /// The highest generation that verifies.
    ///
    /// - Returns: it, and what is wrong with those above that were passed over.
    /// - Throws: `ShardsError`: `.notFound` without any manifest, `.corrupt` when none verifies, `.unsupported` when the newest
    ///   is of a later format.
    func newestManifest() throws(ShardsError) -> (manifest: Manifest, damage: [ShardsError]) {
        var damage: [ShardsError] = []
        for generation in generations.reversed() {
            do throws(ShardsError) {
                return (try manifest(generation), damage)
            } catch {
                // Another format is not damage, and a manifest that cannot be read may be a good one.
                guard error.code == .corrupt || error.cause?.cause == .noSuchFileOrDirectory else { throw error }
                if error.code == .corrupt { damage.append(error) }
            }
        }
        if let first = damage.first {
            throw ShardsError(
                .corrupt, path: first.path, section: first.section, offset: first.offset,
                "\(first.message). No generation of the index can be read: restore the directory from a backup, "
                    + "or remove it and drop the documents again")
        }
        throw Self.notFound(directory, "it holds no manifest")
    }

    /// Reads one generation.
    func manifest(_ generation: Int) throws(ShardsError) -> Manifest {
        let path = IndexFile.manifest(generation).path(in: directory)
        let bytes: [UInt8]
        do throws(PlatformError) {
            bytes = try FileContents.read(path, limit: 1 << 30)
        } catch {
            throw ShardsError(error, path: path)
        }
        return try Manifest.parse(bytes, path: path)
    }

    private static func notFound(_ directory: FilePath, _ reason: String) -> ShardsError {
        ShardsError(
            .notFound, path: directory,
            "no index here: \(reason). Start vectorspoold once to make one, or name another --index")
    }
}
