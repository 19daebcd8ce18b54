package import Logging
import Platform
import SystemPackage

/// A spool that this process has locked and cleaned up, with the leftovers of earlier runs.
package struct HeldSpool: ~Copyable {
    private let lock: FileLock
    package let spool: Spool
    /// The files that earlier runs claimed and did not finish, oldest first.
    package let leftovers: [ClaimedFile]

    /// Opens and locks the spool.
    ///
    /// - Throws: `SpoolError` of code `.busy` when another daemon has it, otherwise like `Spool`; a refusal of the
    ///   system is `.cannotWrite`, after which the start can be retried.
    package init(_ places: SpoolDirectory, logger: Logger) throws(SpoolError) {
        let spool = try Spool(places)
        let lock = try Self.lock(spool)
        BadLinesFile.removeLeftovers(spool)
        spool.removeLoneSidecars()
        leftovers = try Self.leftovers(spool, logger)
        self.spool = spool
        self.lock = lock
    }

    private static func leftovers(_ spool: Spool, _ logger: Logger) throws(SpoolError) -> [ClaimedFile] {
        do throws(PlatformError) {
            let (claims, strangers) = try spool.leftoverClaims()
            for stranger in strangers.prefix(100) {
                logger.warning("work/ contains something that is not a claim and stays there: \(stranger.displayName)")
            }
            return claims
        } catch {
            throw SpoolError(.cannotWrite, "the spool cannot be scanned: \(error)", cause: error)
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
