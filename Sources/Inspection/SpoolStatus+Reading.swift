import FoundationEssentials
package import Ingest
import Platform
package import SystemPackage

extension SpoolStatus {
    /// Reads the status that a daemon has written to a runtime directory.
    ///
    /// - Throws: `InspectionError`: `.missingInput` when there is none, `.badData` when it is damaged.
    package static func read(from runtime: FilePath) throws(InspectionError) -> SpoolStatus {
        let path = runtime.appending(fileName)
        let bytes: [UInt8]
        do throws(PlatformError) {
            bytes = try FileContents.read(path, limit: 1 << 22)
        } catch {
            throw InspectionError(
                .missingInput,
                "no status can be read: \(error); either no daemon has run here, or it writes its status elsewhere "
                    + "(runtime.directory)",
                cause: error)
        }
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(SpoolStatus.self, from: Data(bytes))
        } catch {
            throw InspectionError(.badData, "\(path.displayName) is not a status page: \(error)", cause: error)
        }
    }

    /// Whether the daemon that wrote it is still alive, according to its process number.
    package var isAlive: Bool { state != .stopped && ProcessTable.isAlive(process) }
}
