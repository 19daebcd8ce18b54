package import SystemPackage

/// The kinds of files in an index directory, told by their names.
package enum IndexFile: Sendable, Hashable {
    case manifest(Int)
    case shard(ShardName)
    case tombstones(shard: ShardName, name: String)
    case ranges
    case rangesDescription
    /// A file in the making, or what a crash left of one.
    case temporary(String)
    /// Not ours; never touched.
    case other(String)

    /// Tells a name.
    package init(_ name: String) {
        if name == "ranges.npy" {
            self = .ranges
        } else if name == "ranges.json" {
            self = .rangesDescription
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
        }
    }

    /// The path in the index directory.
    package func path(in directory: FilePath) -> FilePath {
        directory.appending(name)
    }

    /// Nobody commits so often; a name with a larger number is a stranger's.
    private static let highestGeneration = 1 << 53

    private static func generation(_ name: String) -> Int? {
        guard name.hasPrefix("manifest-"), name.hasSuffix(".json"),
            let generation = Int(name.dropFirst(9).dropLast(5)), (1...highestGeneration).contains(generation)
        else { return nil }
        // Leading zeros and signs would make two names of one generation.
        return name == IndexFile.manifest(generation).name ? generation : nil
    }
}
