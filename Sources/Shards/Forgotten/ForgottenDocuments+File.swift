package import Platform
package import SystemPackage

/// Records of forgotten documents as files: `forgotten.jsonl` of an index or a spool, and a request under way.
extension ForgottenDocuments {
    /// The name of the file in the directory of an index, and of its copy in the spool.
    package static let fileName: FilePath.Component = "forgotten.jsonl"
    private static let limit = 1 << 30

    /// Reads a file of records; no file means that nothing was forgotten.
    ///
    /// - Parameters:
    ///   - name: the file.
    ///   - directory: the directory of an index or a spool.
    /// - Returns: the records; nil when there is no file.
    /// - Throws: `ShardsError`: `.corrupt` for a damaged file, `.unsupported` for a later format, `.system`.
    package static func read(
        _ name: FilePath.Component = fileName, in directory: OpenDirectory
    ) throws(ShardsError) -> ForgottenDocuments? {
        let file = FilePath(root: nil, [name])
        let bytes: [UInt8]
        do throws(PlatformError) {
            bytes = try directory.contents(of: file, limit: limit)
        } catch {
            if error.isAbsence { return nil }
            throw ShardsError(error, path: directory.place(of: file))
        }
        return try ForgottenDocuments(parsing: bytes, path: directory.place(of: file))
    }

    /// What was forgotten of an index.
    ///
    /// - Parameter index: its directory.
    /// - Returns: the records; none where there is no file.
    /// - Throws: `ShardsError`, as `read`; `.notFound` where there is no such directory.
    package static func ofIndex(_ index: FilePath) throws(ShardsError) -> ForgottenDocuments {
        try read(in: try IndexListing.openDirectory(index)) ?? ForgottenDocuments()
    }

    /// Replaces a file of records; it survives any power cut from then on.
    ///
    /// - Parameters:
    ///   - name: the file.
    ///   - directory: the directory of an index or a spool.
    /// - Throws: `ShardsError` of code `.system`; the call can be repeated.
    package func write(_ name: FilePath.Component = fileName, in directory: OpenDirectory) throws(ShardsError) {
        let place = directory.place(of: FilePath(root: nil, [name]))
        do throws(PlatformError) {
            let durability = try directory.publish(serialized(), as: name, mode: IndexFile.mode, isReplacing: true)
            if case .unknown(let error) = durability { throw error }
        } catch {
            throw ShardsError(error, path: place)
        }
    }
}
