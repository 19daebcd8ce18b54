import Encoding
import Identity
import Indexing
import Ingest
import Logging
import Platform
import Quantization
package import Settings
import Shards
import Spool
import SystemPackage
import Text

/// Executes the command line of `vectorspoold`.
package struct DaemonCommand: Sendable {
    private let source: ConfigurationSource
    private let isDraining: Bool
    private let isChecking: Bool

    package init(source: ConfigurationSource, isDraining: Bool, isChecking: Bool) {
        self.source = source
        self.isDraining = isDraining
        self.isChecking = isChecking
    }

    /// Loads the configuration, and runs the daemon unless it should only check the configuration.
    ///
    /// Returns the exit code: 0, 65 when a dropped file failed, 75 when the work was interrupted. It prints on standard
    /// error why it cannot run.
    package func run() async throws -> Int32 {
        // This comes first, because libinotifytools needs a low descriptor number.
        let events = KernelEvents()
        do {
            return try await run(events)
        } catch let error as any ExitCoded {
            tell(error)
            return error.exitCode
        }
    }

    /// Says why it cannot run; an administrator finds it in the journal by its event.
    private func tell(_ error: any ExitCoded) {
        let style = LineLogHandler.style(.auto)
        guard style == .journal, !isChecking else {
            try? StandardStream.error.write("vectorspoold: \(TerminalText.visible("\(error)"))\n")
            return
        }
        let event: LoggedEvent = error.exitCode == ExitStatus.badData ? .indexDamaged : .startRefused
        LineLogHandler(style, level: LogLevelSwitch(.error), journal: .standard)
            .write(.error, message: "\(error)", metadata: [LoggedEvent.key: "\(event)"])
    }

    /// Runs or checks.
    ///
    /// - Throws: `ExitCoded` errors, whose exit code the process should return.
    private func run(_ events: consuming KernelEvents) async throws -> Int32 {
        var source = source
        // A spool on the command line brings its own index, even if the file names another one.
        if let spool = source.flags[.spoolDirectory], source.flags[.indexDirectory] == nil {
            source.flags[.indexDirectory] = FilePath(spool).appending("index").string
        }
        let settings = try await source.load(defaultModel: InstalledFiles.current.model)
        guard !isChecking else {
            try Self.checkFiles(settings.ingest.indexing)
            try settings.ingest.indexing.checkIndex()
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
            status = try await daemon(settings, source: source, events: events).run()
        } catch is FaultGate.Stopped {
            throw DaemonError(.interrupted, "stopped during the start; nothing is lost")
        } catch let error where isDraining && Self.isShortage(error) {
            throw DaemonError(.interrupted, "\(error); correct this and start again; nothing is lost", cause: error)
        } catch let error as ShardsError {
            throw IndexWriter.refusal(error)
        } catch let error as PlatformError {
            throw DaemonError(.cannotWrite, "\(error); check the owner and the permissions", cause: error)
        }
        guard isDraining else { return 0 }
        let text = Self.summary(status, seconds: start.duration(to: .now) / .seconds(1))
        try StandardStream.output.write(text)
        return Self.exitCode(status)
    }

    /// Refuses to start with so few descriptors that the Swift runtime or a stop would fail.
    static func checkDescriptors(_ limit: Int?) throws(DaemonError) {
        guard let limit, limit < leastDescriptors else { return }
        throw DaemonError(
            .configuration,
            "this process may hold only \(limit) open files; raise the limit to \(leastDescriptors) or more (ulimit -n, or "
                + "LimitNOFILE in the unit)")
    }

    private static let leastDescriptors = 64

    /// Whether the start failed for lack of something that the machine may have again later.
    private static func isShortage(_ error: any Error) -> Bool {
        let cause = (error as? any ExitCoded)?.cause ?? error
        let platform = cause as? PlatformError ?? (cause as? ShardsError)?.cause
        return platform?.isShortage ?? false
    }

    /// The exit code of a run that drains the inbox, in which unfinished takes precedence over failed.
    ///
    /// What waits in `work/`, such as too little text to make ranges from, is not searchable, so the run is not finished.
    static func exitCode(_ status: SpoolStatus) -> Int32 {
        if status.isInterrupted || status.inWork > 0 { return 75 }
        return status.failed + status.failedLines > 0 ? 65 : 0
    }

    /// Checks the files of the configuration as far as that is quick: the weights are not loaded.
    static func checkFiles(_ options: IndexingOptions) throws(DaemonError) {
        do {
            let model = try ModelFolder(options.modelDirectory)
            if let ranges = options.ranges { _ = try Ranges.read(ranges, dimension: model.configuration.width) }
        } catch {
            throw DaemonError(.configuration, "\(error)", cause: error)
        }
    }

    private func daemon(
        _ settings: DaemonSettings, source: ConfigurationSource, events: consuming KernelEvents
    ) throws -> Daemon {
        try Daemon.build(settings, source: source, events: events, isDraining: isDraining)
    }

    static func summary(_ status: SpoolStatus, seconds: Double) -> String {
        let rate = status.encodingSeconds > 0 ? Double(status.tokensEncoded) / status.encodingSeconds : 0
        var text = """
            indexed \(counted(status.doneFiles, "file")): \(counted(status.documentsAdded, "document")), \
            \(counted(status.passagesAdded, "passage")), \(status.tokensEncoded) tokens in \(rounded(status.encodingSeconds)) s (\(Int(rate)) tokens/s), \
            \(rounded(seconds)) s in all

            """
        text += "unchanged \(status.unchangedFiles), failed \(status.failed) files"
        text += status.failedLines > 0 ? " and \(status.failedLines) lines\n" : "\n"
        if status.inWork > 0 { text += "left in work/ for the next start: \(status.inWork) files\n" }
        if status.inWork > 0, status.calibratingPassages != nil, !status.isInterrupted {
            text +=
                "the index has no ranges yet, and this is too little text to make them from: drop more, or give --ranges\n"
        }
        if status.isInterrupted {
            let cause = status.pausedBy.map { ": \($0.summary)" } ?? ""
            text += "interrupted before the inbox was empty\(cause)\n"
        }
        text += left(status.inbox)
        text += "generation \(status.generation), \(status.documents) documents, \(status.rows) rows\n"
        return text
    }

    /// What stays in the inbox: the numbers, and the first names with their reasons.
    private static func left(_ inbox: SpoolStatus.InboxState) -> String {
        var text = ""
        // One that is looked at again at this moment is listed, and not counted.
        let written = max(inbox.beingWritten, inbox.listed.count { $0.state == "being_written" })
        let waiting = written + inbox.blockedCount
        if waiting > 0 { text += "left in the inbox, still being written or not readable: \(waiting)\n" }
        if inbox.empty > 0 { text += "left in the inbox, empty and perhaps about to be filled: \(inbox.empty)\n" }
        if inbox.left > 0 { text += "left in the inbox, no files (links, pipes, sockets, devices): \(inbox.left)\n" }
        if inbox.ignored > 0 { text += "left in the inbox, ignored: \(inbox.ignored)\n" }
        for name in inbox.listed.prefix(listedNames) {
            text += "    \(TerminalText.visible("\(name.path): \(name.reason)"))\n"
        }
        if inbox.listed.count > listedNames { text += "    and others, see status.json\n" }
        return text
    }

    private static let listedNames = 20

    private static func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func rounded(_ seconds: Double) -> Double { (seconds * 100).rounded() / 100 }
}
