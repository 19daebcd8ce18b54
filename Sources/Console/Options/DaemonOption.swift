import ArgumentParser
import Indexing
import Ingest
import Inspection
import Platform
import Settings
import Spool
import SystemPackage

/// The daemon that a command talks to, found by its configuration.
struct DaemonOption: ParsableArguments {
    @OptionGroup var configured: ConfigurationOption

    @Option(help: ArgumentHelp("The spool.", valueName: "folder"))
    var spool: FilePath?

    /// Where the daemon's folders are.
    struct Place {
        let spool: SpoolDirectory
        let runtimeDirectory: FilePath
        let settings: DaemonSettings

        /// The status of the daemon that runs; nil when none does.
        var running: StatusReading? {
            (try? StatusReading.read(from: runtimeDirectory)).flatMap { $0.life == .running ? $0 : nil }
        }

        /// Whether a daemon seems to run whose page is closed to this user, as it is to droppers.
        ///
        /// The figures beside the page are open to everybody, and written as often.
        var runsClosed: Bool {
            guard (try? FileStatus.of(runtimeDirectory.appending("status.json"))) != nil,
                (try? OwnedDescriptor.openForReading(runtimeDirectory.appending("status.json")).close()) == nil,
                let figures = try? FileStatus.of(runtimeDirectory.appending("metrics.prom"))
            else { return false }
            return figures.modified > RealTime.now.nanoseconds - 60_000_000_000
        }

        /// Refuses for whoever may not read the page of a daemon that runs, and so cannot tell which process it is.
        ///
        /// - Parameters:
        ///   - consequence: what has been done, and what not.
        ///   - command: the subcommand that others may use.
        /// - Throws: `ConsoleError` of code `.cannotWrite`.
        func refuseClosedPage(_ consequence: String, command: String) throws(ConsoleError) {
            guard runsClosed else { return }
            let user = CurrentProcess.userName ?? "\(CurrentProcess.user)"
            throw ConsoleError(
                .cannotWrite,
                "a daemon works on \(spool.root.displayName), but user \(user) may not read its status page and may not signal it; "
                    + "\(consequence); the daemon's user may run this, and root: sudo vectorspool \(command)")
        }

        /// The folder of requests, open; that of droppers for whoever may not leave all requests.
        ///
        /// - Throws: `ConsoleError` when there is no such spool, or it is closed to the user.
        func requests(orDroppers: Bool = false) throws(ConsoleError) -> OpenDirectory {
            let droppers = spool.requests.appending(RequestFolders.droppers)
            if orDroppers, !Directory.isWritable(spool.requests), Directory.isWritable(droppers),
                let folder = try? OpenDirectory(droppers)
            {
                return folder
            }
            do throws(PlatformError) {
                return try OpenDirectory(spool.requests)
            } catch {
                throw error.isAbsence ? Self.absence(of: spool.requests) : Self.refusal(error)
            }
        }

        /// What has failed.
        ///
        /// - Throws: `ConsoleError` when there is no such spool, `PlatformError` when it is closed to the user.
        func failedFiles() throws -> FailedFiles {
            do throws(PlatformError) {
                return try FailedFiles(spool)
            } catch {
                throw error.isAbsence ? Self.absence(of: error.path ?? spool.failed) : error
            }
        }

        /// The error for a spool that nobody has made.
        static func absence(of folder: FilePath) -> ConsoleError {
            ConsoleError(
                .missingInput,
                "\(folder.displayName) is not there; start the daemon once, which makes it, set one up with 'vectorspool init', "
                    + "or give --spool or --config")
        }

        /// The error for a request that cannot be left, with what to do.
        static func refusal(_ error: PlatformError) -> ConsoleError {
            if let folder = error.path?.removingLastComponent(),
                let full = fullDisk(error, of: folder, "so nothing can be left there for the daemon")
            {
                return full
            }
            let advice =
                switch error.cause {
                case .permissionDenied, .notPermitted:
                    "only the daemon's user, the members of its group and root may ask for this; ask one of them. Whoever is in "
                        + "that group may also find and read everybody's text, and forget documents of everybody; if that is meant, "
                        + "where the daemon is installed as a service: sudo usermod --append --groups vectorspool USER"
                case .fileTooLarge:
                    "those are more names than one request holds: give fewer at a time, as xargs does with --max-args, or say the "
                        + "same with --glob"
                default: "see its folder"
                }
            return ConsoleError(.cannotWrite, "\(error); \(advice)")
        }

        /// The error of a full disk, which names its folder instead of a temporary file in it; nil for any other error.
        static func fullDisk(_ error: PlatformError, of folder: FilePath, _ consequence: String) -> ConsoleError? {
            error.fullDisk(of: folder).map {
                ConsoleError(.cannotWrite, "\($0), \(consequence); free some space, and try again")
            }
        }
    }

    /// Finds the daemon's folders; reading them requires no installed model.
    func place() async throws -> Place {
        let source = configured.source(flags: spool.map { [SettingsKey.spoolDirectory: $0.string] } ?? [:])
        var settings = try await source.load(defaultModel: InstalledFiles.current.model ?? "/")
        if !source.names(.indexDirectory), let index = Self.index(ofDaemonOf: settings) {
            settings.ingest.indexing.indexDirectory = index
        }
        return Place(
            spool: settings.ingest.spool, runtimeDirectory: settings.runtimeDirectory, settings: settings)
    }

    /// The index that the spool's daemon has said it writes, be it stopped by now, where no configuration names one.
    ///
    /// It may have been started with `--index`, of which a command line with `--spool` alone knows nothing.
    private static func index(ofDaemonOf settings: DaemonSettings) -> FilePath? {
        let spool = settings.ingest.spool.root
        guard settings.ingest.indexing.indexDirectory == spool.appending("index"),
            let page = try? StatusReading.read(from: settings.runtimeDirectory).page, page.spool == spool.displayName
        else { return nil }
        let index = FilePath(page.index)
        return index.isAbsolute && FileStatus.exists(index) ? index : nil
    }
}
