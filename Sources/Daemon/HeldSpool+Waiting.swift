import Logging
import Platform
import Spool
import SystemPackage

extension HeldSpool {
    /// How long a command may hold the spool, such as a forget on which no daemon worked.
    private static let patience = Duration.seconds(60)

    /// Locks the spool as soon as no command works on it.
    ///
    /// Another daemon is not waited for. It blocks.
    ///
    /// - Throws: `SpoolError`, like `init`.
    static func waitingForCommands(_ places: SpoolDirectory, logger: Logger) throws -> HeldSpool {
        let pause = try EventSignal()
        let end = ContinuousClock.now + patience
        var isTold = false
        while true {
            do throws(SpoolError) {
                return try HeldSpool(places, logger: logger)
            } catch {
                guard error.code == .busy, isHeldByCommand(places), ContinuousClock.now < end else { throw error }
                if !isTold { logger.notice("waiting for a command that works on the spool") }
                isTold = true
                pause.wait(timeout: .milliseconds(50))
            }
        }
    }

    /// Whether the process that is named in the lock is another program than this one.
    private static func isHeldByCommand(_ places: SpoolDirectory) -> Bool {
        guard let bytes = try? FileContents.read(places.lock) else { return false }
        let number = String(decoding: bytes.prefix { (0x30...0x39).contains($0) }, as: UTF8.self)
        func name(_ process: String) -> [UInt8]? { try? FileContents.read(FilePath("/proc/\(process)/comm")) }
        // One that has just ended is in no table any more.
        guard !number.isEmpty, let own = name("self") else { return false }
        return name(number) != own
    }
}
