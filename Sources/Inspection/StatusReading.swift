import FoundationEssentials
package import Ingest
package import Platform
package import SystemPackage
import Text

/// A status page together with what it cannot say itself: how old it is, and whether its daemon still runs.
package struct StatusReading: Sendable {
    /// What has become of the daemon that wrote the page.
    package enum Life: Sendable, Equatable {
        case running
        /// It ended in order.
        case stopped
        /// It ended without a word: it was killed, or the machine went down.
        case gone
    }

    /// The page, with `alive`, `ageSeconds` and `isOld` filled in.
    package let page: SpoolStatus
    package let age: Duration
    package let life: Life

    /// Judges a page; `isRunning` says whether the process still exists.
    package init(_ page: SpoolStatus, age: Duration, isRunning: Bool) {
        var page = page
        self.age = age
        life = page.state == .stopped ? .stopped : isRunning ? .running : .gone
        page.alive = life == .running
        page.ageSeconds = ((age / .seconds(1)) * 10).rounded() / 10
        page.isOld = life != .running || age > Self.limit(page)
        self.page = page
    }

    /// Whether the figures are those of now.
    package var isCurrent: Bool { page.isOld == false }

    /// The age that a page of a running daemon does not reach while it can be written.
    private static func limit(_ page: SpoolStatus) -> Duration {
        max(.seconds(15), .seconds((page.intervalSeconds ?? 5) * 3))
    }

    /// Reads the page that a daemon has written to a runtime directory.
    ///
    /// - Throws: `InspectionError`: `.missingInput` when there is none, `.badData` when it is damaged.
    package static func read(from runtime: FilePath) throws(InspectionError) -> StatusReading {
        let path = runtime.appending(SpoolStatus.fileName)
        var attempts = 0
        while true {
            attempts += 1
            let (bytes, written) = try contents(of: path)
            do {
                let decoder = JSONDecoder()
                decoder.keyDecodingStrategy = .convertFromSnakeCase
                let page = try decoder.decode(SpoolStatus.self, from: Data(bytes))
                // A container may show a boot identifier of its own to people, and that of the machine to a service.
                let boot = written > RealTime.ofBoot.nanoseconds ? nil : page.boot
                let process = ProcessIdentity(number: page.process, start: page.processStart, boot: boot)
                let age = max(RealTime.now.nanoseconds - written, 0)
                return StatusReading(page, age: .nanoseconds(age), isRunning: process.isRunning)
            } catch {
                // On a full disk the page is written in place, and may be read in that moment.
                guard attempts >= 8 else { continue }
                throw InspectionError(.badData, Self.damage(error, path), cause: error)
            }
        }
    }

    /// What is wrong with a page that cannot be read, in words.
    private static func damage(_ error: any Error, _ path: FilePath) -> String {
        let reason =
            switch error as? DecodingError {
            case .keyNotFound(let key, _): "it has no \(TerminalText.excerpt(key.stringValue))"
            case .typeMismatch(_, let context), .valueNotFound(_, let context):
                "\(TerminalText.excerpt(context.codingPath.map(\.stringValue).joined(separator: "."))) has a wrong value"
            default: "it is no JSON"
            }
        return
            "\(path.displayName) is damaged or of another version: \(reason); a daemon that runs writes it again within seconds, "
            + "so try again then, or restart the daemon"
    }

    private static func contents(of path: FilePath) throws(InspectionError) -> ([UInt8], written: Int64) {
        do throws(PlatformError) {
            let file = try OwnedDescriptor.open(path, OpenFlags.document)
            return (try FileContents.read(file, limit: 1 << 22), try file.status().modified)
        } catch {
            let advice =
                error.cause == .permissionDenied
                ? "it names files, so only members of the group of the daemon may read it: those who may search"
                : "either no daemon has run here, or it writes its status elsewhere (runtime.directory)"
            throw InspectionError(.missingInput, "no status can be read: \(error); \(advice)", cause: error)
        }
    }

    /// The process that wrote the page.
    package var process: ProcessIdentity {
        ProcessIdentity(number: page.process, start: page.processStart, boot: life == .running ? nil : page.boot)
    }
}
