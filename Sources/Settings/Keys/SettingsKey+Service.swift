import Ingest
import Logging

extension SettingsKey {
    /// The keys for commits, the status of the daemon, and its log.
    static let serviceKeys: [SettingsKey] = [
        SettingsKey(
            "commit.maximumRows", type: .whole(1...1_000_000), path: \.ingest.maximumRows,
            help: "Commit as soon as this many passages wait. A commit makes them searchable together."),
        SettingsKey(
            "commit.maximumDelaySeconds", type: .seconds(0.01...3600), path: \.ingest.maximumDelay,
            help: """
                Also commit after this many seconds while more passages are being encoded. In a long backlog this time
                doubles with every commit, up to five minutes, because each commit leaves a shard. `--once` ignores
                this time.
                """),
        SettingsKey(
            "runtime.directory", type: .path, path: \.runtimeDirectory, isFixed: true, example: "/run/vectorspool",
            defaultNote: "the folder .runtime in the spool",
            help: """
                The folder of status.json (for `vectorspool status`) and metrics.prom (for Prometheus' node exporter).
                """),
        SettingsKey(
            "runtime.statusSeconds", type: .seconds(0.05...3600), path: \.statusInterval,
            help: "The longest time between two writes of status.json and metrics.prom. A change is written at once."),
        SettingsKey(
            "log.level", type: .word, path: \.logLevel,
            help: "The least severe level to log: trace, debug, info, notice, warning, error or critical."),
        SettingsKey(
            "log.format", type: .word, path: \.logFormat, isFixed: true,
            help: """
                auto: text on a terminal, and lines for the journal under systemd. Or text, or json: one object per line.
                """),
    ]
}
