package import Platform
package import SystemPackage

/// The kinds of files in an index directory, recognized by name.
package enum IndexFile: Sendable, Hashable {
    case manifest(Int)
    case shard(ShardName)
    case tombstones(shard: ShardName, name: String)
    case ranges
    case rangesDescription
    /// The file with the newest generation, see `GenerationMark`.
    case generationMark
    /// The records of forgotten documents.
    case forgotten
    /// A file under construction, or the remains of one after a crash.
    case temporary(String)
    /// A foreign file, never touched.
    case other(String)

    /// Recognizes a name.
    package init(_ name: String) {
        if name == "ranges.npy" {
            self = .ranges
        } else if name == "ranges.json" {
            self = .rangesDescription
        } else if name == "generation" {
            self = .generationMark
        } else if name == ForgottenDocuments.fileName.string {
            self = .forgotten
        } else if name.hasPrefix("."), name.hasSuffix(".tmp") {
            self = .temporary(name)
        } else if let generation = Self.generation(name) {
            self = .manifest(generation)
        } else if name.hasSuffix(".zst"), let shard = ShardName(String(name.dropLast(4))) {
            self = .shard(shard)
        } else if name.hasSuffix(".tombstones"), let shard = ShardName(String(name.prefix(ShardName.length))) {
            self = .tombstones(shard: shard, name: name)
        } else {
            self = .other(name)
        }
    }

    /// The name in the index directory.
    package var name: String {
        switch self {
        case .manifest(let generation): "manifest-\(generation).json"
        case .shard(let shard): shard.fileName
        case .tombstones(_, let name), .temporary(let name), .other(let name): name
        case .ranges: "ranges.npy"
        case .rangesDescription: "ranges.json"
        case .generationMark: "generation"
        case .forgotten: ForgottenDocuments.fileName.string
        }
    }

    /// The permissions of every file of an index, regardless of the umask: the owner writes, the group that may search
    /// reads.
    package static let mode: UInt32 = 0o640
    /// The permissions of the directory when it is made.
    package static let directoryMode: UInt32 = 0o750

    /// The name as a component of a path.
    var component: FilePath.Component {
        // Every name of ours, and every name from a directory, is a component.
        FilePath(name).lastComponent ?? "file"
    }

    /// The full path, for messages.
    package func path(in directory: FilePath) -> FilePath {
        directory.appending(name)
    }

    /// All bytes of the file.
    ///
    /// - Throws: `ShardsError`: `.system` with the cause, also when the file does not exist; `.corrupt` when it exceeds
    ///   `limit`.
    func contents(in directory: OpenDirectory, limit: Int) throws(ShardsError) -> [UInt8] {
        do throws(PlatformError) {
            return try directory.contents(of: FilePath(name), limit: limit)
        } catch {
            throw ShardsError(error, path: path(in: directory.path))
        }
    }

    /// A limit beyond any real number of commits; a name with a larger number is foreign.
    private static let highestGeneration = 1 << 53

    private static func generation(_ name: String) -> Int? {
        guard name.hasPrefix("manifest-"), name.hasSuffix(".json"),
            let generation = Int(name.dropFirst(9).dropLast(5)), (1...highestGeneration).contains(generation)
        else { return nil }
        // Leading zeros and signs would allow two names for one generation.
        return name == IndexFile.manifest(generation).name ? generation : nil
    }
}

extension OpenDirectory {
    /// Gives a shard of this index a name in another one; see `OpenDirectory.share`.
    ///
    /// - Throws: `ShardsError` of code `.system`; its cause is `.fileExists` where the name is taken.
    package func share(
        name: ShardName, in directory: OpenDirectory, as other: ShardName
    ) throws(ShardsError) -> Sharing {
        do throws(PlatformError) {
            return try share(
                IndexFile.shard(name).component, in: directory, as: IndexFile.shard(other).component,
                mode: IndexFile.mode)
        } catch {
            throw ShardsError(error, path: error.path ?? other.path(in: directory.path))
        }
    }
}
