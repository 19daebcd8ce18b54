import Indexing
package import Ingest
package import Logging
import Spool
import Synchronization
package import SystemPackage

/// What the daemon was told to do: file, environment and flags together, checked.
package struct DaemonSettings: Sendable, Equatable {
    /// How log lines look.
    package enum LogFormat: String, Sendable, Equatable, CaseIterable {
        /// What fits where standard error goes.
        case auto
        case text, json
    }

    package var ingest: IngestOptions
    package var runtimeDirectory: FilePath
    package var statusInterval: Duration = .seconds(1)
    package var logLevel = Logger.Level.info
    package var logFormat = LogFormat.auto

    /// Everything at its default for a spool at `directory`.
    package init(spool directory: FilePath, model: FilePath) {
        ingest = IngestOptions(spool: directory, model: model)
        runtimeDirectory = ingest.spool.defaultRuntime
    }
}

/// The settings in force: what can change while the daemon runs is read from here each time.
package final class LiveSettings: Sendable {
    private let settings: Mutex<DaemonSettings>
    /// Those that the pipeline reads.
    package let options: LiveOptions

    package init(_ settings: DaemonSettings) {
        self.settings = Mutex(settings)
        options = LiveOptions(settings.ingest)
    }

    package var current: DaemonSettings {
        var current = settings.withLock { $0 }
        current.ingest = options.current
        return current
    }

    /// Takes over what can change while the daemon runs.
    ///
    /// - Returns: the keys that differ and are read only at the start.
    package func adopt(_ new: DaemonSettings) -> [ConfigurationKey] {
        let old = current
        options.adopt(new.ingest)
        settings.withLock { current in
            current.statusInterval = new.statusInterval
            current.logLevel = new.logLevel
        }
        let (now, then) = (new.ingest.indexing, old.ingest.indexing)
        let fixed: [(ConfigurationKey, Bool)] = [
            (.spoolDirectory, old.ingest.spool == new.ingest.spool),
            (.indexDirectory, then.indexDirectory == now.indexDirectory),
            (.precision, then.precision == now.precision), (.codes, then.codes == now.codes),
            (.ranges, then.ranges == now.ranges),
            (.calibrationPassages, then.calibrationPassages == now.calibrationPassages),
            (.calibrationMargin, then.calibrationMargin == now.calibrationMargin),
            (.modelDirectory, then.modelDirectory == now.modelDirectory),
            (.compute, then.compute == now.compute), (.workers, then.workers == now.workers),
            (.weightsCache, then.hasWeightsCache == now.hasWeightsCache),
            (.passageMode, then.passageMode == now.passageMode),
            (.targetTokens, then.targetTokens == now.targetTokens),
            (.overlapTokens, then.overlapTokens == now.overlapTokens),
            (.runtimeDirectory, old.runtimeDirectory == new.runtimeDirectory),
            (.logFormat, old.logFormat == new.logFormat),
        ]
        return fixed.filter { !$0.1 }.map(\.0)
    }
}
