import Platform
import Shards
import SystemPackage

// Tests use paths of files; the index itself uses its open directory.

extension ShardReader {
    init(_ path: FilePath, decodesCodes: Bool = true) throws {
        let name = FilePath(path.lastComponent?.string ?? "")
        try self.init(name, in: OpenDirectory(path.removingLastComponent()), decodesCodes: decodesCodes)
    }
}

extension ShardBuilder {
    func write(into directory: FilePath, name: ShardName) throws -> ShardReceipt {
        try write(into: OpenDirectory(directory), name: name)
    }
}
