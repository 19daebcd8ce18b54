import Encoding
import Indexing
import Ingest
import Platform
import Quantization
package import Settings
import Shards
import SystemPackage
import Text

/// What `vectorspoold` does with its command line.
package struct DaemonCommand: Sendable {
    private let source: ConfigurationSource
    private let isDraining: Bool
    private let isChecking: Bool

    package init(source: ConfigurationSource, isDraining: Bool, isChecking: Bool) {
        self.source = source
        self.isDraining = isDraining
        self.isChecking = isChecking
    }

    /// Loads the configuration, and runs the daemon unless it is only to be checked.
    ///
    /// - Returns: the exit code: 0, 65 when something of what was dropped failed, 75 when the work was interrupted.
    ///   Why it cannot run is printed on standard error.
    package func run() async throws -> Int32 {
        // First of all others: libinotifytools wants a low descriptor number.
        let events = KernelEvents()
        do {
            return try await run(events)
        } catch let error as any ExitCoded {
            try? StandardStream.error.write("vectorspoold: \(TerminalText.visible("\(error)"))\n")
            return error.exitCode
        }
    }

    /// - Throws: `ExitCoded` errors, whose exit code the process should end with.
    private func run(_ events: consuming KernelEvents) async throws -> Int32 {
        var source = source
        // A spool that is named on the command line has its index with it, whatever the file says of another one.
        if let spool = source.flags[.spoolDirectory], source.flags[.indexDirectory] == nil {
            source.flags[.indexDirectory] = FilePath(spool).appending("index").string
        }
        let settings = try await source.load(defaultModel: InstalledFiles.current.model)
        guard !isChecking else {
            try Self.checkFiles(settings.ingest.indexing)
            for warning in settings.warnings {
                try StandardStream.error.write("vectorspoold: \(TerminalText.visible(warning))\n")
            }
            try StandardStream.output.write("OK\n")
            return 0
        }
        CurrentProcess.surviveFailingWrites()
        try Self.checkDescriptors(CurrentProcess.raiseDescriptorLimit())
        let start = ContinuousClock.now
        let status: SpoolStatus
        do {
            status = try await daemon(settings, source, events).run()
        } catch is FaultGate.Stopped {
            throw DaemonError(.interrupted, "stopped before the start was over; nothing is lost")
        } catch let error where isDraining && Self.isShortage(error) {
            throw DaemonError(.interrupted, "\(error); start again when that is mended, nothing is lost", cause: error)
        } catch let error as ShardsError {
            throw IndexWriter.refusal(error)
        } catch let error as PlatformError {
            throw DaemonError(.cannotWrite, "\(error); look at the owner and the permissions", cause: error)
        }
        guard isDraining else { return 0 }
        let text = Self.summary(status, seconds: start.duration(to: .now) / .seconds(1))
        try StandardStream.output.write(text)
        return Self.exitCode(status)
    }

    /// Refuses to start with so few descriptors that neither the language's runtime nor a stop would work.
    static func checkDescriptors(_ limit: Int?) throws(DaemonError) {
        guard let limit, limit < leastDescriptors else { return }
        throw DaemonError(
            .configuration,
            "this process may hold only \(limit) open files; raise the limit to \(leastDescriptors) or more (ulimit -n, or "
                + "LimitNOFILE in the unit)")
    }

    private static let leastDescriptors = 64

    /// Whether the start failed for want of something that the machine may have again later.
    private static func isShortage(_ error: any Error) -> Bool {
        let cause = (error as? any ExitCoded)?.cause ?? error
        let platform = cause as? PlatformError ?? (cause as? ShardsError)?.cause
        return platform?.isShortage ?? false
    }

    /// How a run that drains the inbox has ended, for whoever started it: interrupted counts before failed.
    static func exitCode(_ status: SpoolStatus) -> Int32 {
        if status.isInterrupted { return 75 }
        return status.failedFiles + status.refusedNames + status.failedLines > 0 ? 65 : 0
    }

    /// Looks into the files that the configuration names, as far as that takes no time: the weights are not loaded.
    private static func checkFiles(_ options: IndexingOptions) throws(DaemonError) {
        do {
            let model = try ModelFolder(options.modelDirectory)
            if let ranges = options.ranges { _ = try Ranges.read(ranges, dimension: model.configuration.width) }
        } catch {
            throw DaemonError(.configuration, "\(error)", cause: error)
        }
    }

    private func daemon(
        _ settings: DaemonSettings, _ source: ConfigurationSource, _ events: consuming KernelEvents
    ) throws -> Daemon {
        try Daemon.build(settings, source: source, events: events, isDraining: isDraining)
    }

    static func summary(_ status: SpoolStatus, seconds: Double) -> String {
        let rate = status.encodingSeconds > 0 ? Double(status.tokensEncoded) / status.encodingSeconds : 0
        var text = """
            indexed \(status.doneFiles) files: \(status.documentsAdded) documents, \(status.passagesAdded) passages, \
            \(status.tokensEncoded) tokens in \(rounded(status.encodingSeconds)) s (\(Int(rate)) tokens/s), \
            \(rounded(seconds)) s in all

            """
        text += "unchanged \(status.unchangedFiles), failed \(status.failedFiles + status.refusedNames) files"
        text += status.failedLines > 0 ? " and \(status.failedLines) lines\n" : "\n"
        if status.inWork > 0 { text += "left in work/ for the next start: \(status.inWork) files\n" }
        if status.isInterrupted { text += "interrupted before the inbox was empty\n" }
        let waiting = status.inbox.beingWritten + status.inbox.blockedCount
        if waiting > 0 { text += "left in the inbox, still being written or not readable: \(waiting)\n" }
        text += "generation \(status.generation), \(status.documents) documents, \(status.rows) rows\n"
        return text
    }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 100).rounded() / 100 }
}
