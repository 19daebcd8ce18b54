import Indexing
package import Ingest
package import Logging
import Spool
package import SystemPackage

/// The daemon's settings: file, environment and flags combined and checked.
package struct DaemonSettings: Sendable, Equatable {
    /// The format of log lines.
    package enum LogFormat: String, Sendable, Equatable, CaseIterable {
        /// The format that suits the reader of standard error.
        case auto
        case text, json
    }

    package var ingest: IngestOptions
    package var runtimeDirectory: FilePath
    package var statusInterval: Duration = .seconds(1)
    package var logLevel = Logger.Level.info
    package var logFormat = LogFormat.auto
    /// What the user should change in the configuration eventually, such as older names of keys.
    package var warnings: [String] = []

    /// Makes default settings for a spool at `directory`.
    package init(spool directory: FilePath, model: FilePath) {
        ingest = IngestOptions(spool: directory, model: model)
        runtimeDirectory = ingest.spool.defaultRuntime
    }
}
