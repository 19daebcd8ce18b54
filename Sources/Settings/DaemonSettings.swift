import Indexing
package import Ingest
package import Logging
import Spool
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
    /// What the user should change in the configuration some day, such as older names of keys.
    package var warnings: [String] = []

    /// Everything at its default for a spool at `directory`.
    package init(spool directory: FilePath, model: FilePath) {
        ingest = IngestOptions(spool: directory, model: model)
        runtimeDirectory = ingest.spool.defaultRuntime
    }
}
