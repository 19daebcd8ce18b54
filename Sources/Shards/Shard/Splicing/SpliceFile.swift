import Platform
import SystemPackage

/// The file of a shard that a splice writes; its errors name the shard.
struct SpliceFile: ~Copyable {
    private var file: ShardFileWriter
    private var headerChecksum: UInt64 = 0
    private let path: FilePath

    /// Makes a temporary file in an index.
    ///
    /// - Throws: `ShardsError` of code `.system`.
    init(_ directory: OpenDirectory, _ temporary: FilePath, level: Int, path: FilePath) throws(ShardsError) {
        self.path = path
        do throws(PlatformError) {
            file = try ShardFileWriter(
                try directory.open(temporary, OpenFlags.newFile, mode: IndexFile.mode), level: level, isLarge: true)
        } catch {
            throw ShardsError(error, path: path)
        }
    }

    /// Writes the parts before the sections.
    mutating func begin(_ header: ShardHeader) throws(ShardsError) {
        headerChecksum = header.checksum
        try write { file throws(PlatformError) in try file.writeHeader(header) }
    }

    /// Lets `body` write.
    mutating func write(_ body: (inout ShardFileWriter) throws(PlatformError) -> Void) throws(ShardsError) {
        do throws(PlatformError) {
            try body(&file)
        } catch {
            throw ShardsError(error, path: path)
        }
    }

    /// Writes the parts after the sections; returns the index's XXH64 and the size of the file.
    mutating func finish() throws(ShardsError) -> (checksum: UInt64, byteCount: Int) {
        do throws(PlatformError) {
            return try file.finish(headerChecksum: headerChecksum)
        } catch {
            throw ShardsError(error, path: path)
        }
    }

    /// Gives the complete file its name.
    consuming func install(
        in directory: OpenDirectory, _ temporary: FilePath, as name: FilePath.Component
    ) throws(ShardsError) {
        let path = path
        do throws(PlatformError) {
            try directory.install(file.takeDescriptor(), temporary, as: name, isReplacing: false)
        } catch {
            throw ShardsError(error, path: path)
        }
    }
}
