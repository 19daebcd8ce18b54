import Platform
import Shards
import SystemPackage

// Tests know their files by path; the index itself knows them by the directory that it holds open.

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
