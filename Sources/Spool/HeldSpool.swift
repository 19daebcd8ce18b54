package import Logging
import Platform
import SystemPackage

/// A spool that this process alone works on, tidied up, and what earlier runs have left in it.
package struct HeldSpool: ~Copyable {
    private let lock: FileLock
    package let spool: Spool
    /// The files that earlier runs claimed and did not finish, oldest first.
    package let leftovers: [ClaimedFile]

    /// Opens the spool and takes it.
    ///
    /// - Throws: `SpoolError` of code `.busy` when another daemon has it, else as `Spool` does; a refusal of the system is
    ///   `.cannotWrite`, after which the start may be tried again.
    package init(_ places: SpoolDirectory, logger: Logger) throws(SpoolError) {
        let spool = try Spool(places)
        let lock = try Self.lock(spool)
        BadLinesFile.removeLeftovers(spool)
        leftovers = try Self.leftovers(spool, logger)
        self.spool = spool
        self.lock = lock
    }

    private static func leftovers(_ spool: Spool, _ logger: Logger) throws(SpoolError) -> [ClaimedFile] {
        do throws(PlatformError) {
            let (claims, strangers) = try spool.leftoverClaims()
            for stranger in strangers.prefix(100) {
                logger.warning("work/ has something that is no claim; it is left alone: \(stranger.displayName)")
            }
            return claims
        } catch {
            throw SpoolError(.cannotWrite, "the spool cannot be looked through: \(error)", cause: error)
        }
    }

    private static func lock(_ spool: Spool) throws(SpoolError) -> FileLock {
        do throws(PlatformError) {
            return try FileLock(in: spool.root, ".lock")
        } catch {
            guard error.code == .busy else {
                throw SpoolError(.cannotWrite, "the spool cannot be locked: \(error)", cause: error)
            }
            throw SpoolError(
                .busy,
                "another daemon works on \(spool.places.root): \(error.detail ?? ""); stop it, or use another spool",
                cause: error)
        }
    }
}
