package import Encoding
package import Inbox
package import Logging
package import Quantization
package import SystemPackage

/// What the daemon was told to do: file, environment and flags together, checked.
package struct IngestConfiguration: Sendable, Equatable {
    /// How documents become passages.
    package enum PassageMode: String, Sendable, Equatable, CaseIterable {
        /// Cut into passages of about the target size.
        case cut
        /// One passage each, of which the beginning is encoded.
        case whole
    }

    /// How codes lie in a shard.
    package enum CodesLayout: String, Sendable, Equatable, CaseIterable {
        case raw, compressed
    }

    /// How log lines look.
    package enum LogFormat: String, Sendable, Equatable, CaseIterable {
        /// What fits where standard error goes.
        case auto
        case text, json
    }

    package var spool: SpoolDirectory
    package var settle: Duration = .seconds(1)
    package var rescan: Duration = .seconds(30)
    /// 0 deletes a file once it is indexed.
    package var keepDoneDays = 30
    package var maximumFileBytes = 64 << 20
    package var ignore = IgnorePatterns.standard

    package var indexDirectory: FilePath
    package var precision = Precision.int8
    package var codes = CodesLayout.raw
    /// A `.npy` file; nil for the shipped ranges or calibration.
    package var ranges: FilePath?
    package var calibrationPassages = 10_000
    package var calibrationMargin = 0.1

    package var modelDirectory: FilePath
    package var compute = ComputeChoice.automatic
    /// 0 means one for each core.
    package var workers = 0
    /// Whether prepared weights are kept for the next start, in `WeightsCache.standard`.
    package var hasWeightsCache = true

    package var passageMode = PassageMode.cut
    package var targetTokens = 220
    package var overlapTokens = 40

    package var maximumRows = 65_536
    package var maximumDelay: Duration = .seconds(1)

    package var runtimeDirectory: FilePath
    package var statusInterval: Duration = .seconds(1)

    package var logLevel = Logger.Level.info
    package var logFormat = LogFormat.auto

    /// Everything at its default for a spool at `directory`.
    package init(spool directory: FilePath, model: FilePath) {
        spool = SpoolDirectory(directory)
        indexDirectory = directory.appending("index")
        modelDirectory = model
        runtimeDirectory = spool.defaultRuntime
    }

    /// How the inbox is watched.
    package var inboxOptions: InboxOptions {
        InboxOptions(settle: settle, rescan: rescan, poll: min(rescan, max(settle, .seconds(2))), ignore: ignore)
    }
}
