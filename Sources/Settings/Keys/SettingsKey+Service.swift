import Ingest
import Logging

extension SettingsKey {
    /// What says when rows are committed, what the daemon tells of itself, and how it logs.
    static let serviceKeys: [SettingsKey] = [
        SettingsKey(
            "commit.maximumRows", .whole(1...1_000_000), \.ingest.maximumRows,
            help: "Passages become searchable together, by a commit: as soon as this many are waiting."),
        SettingsKey(
            "commit.maximumDelaySeconds", .seconds(0.01...3600), \.ingest.maximumDelay,
            help: """
                Or after so many seconds while more are being encoded, whichever is first. In a long backlog that time
                doubles with every commit, up to five minutes, because each commit leaves a shard; when nothing is left
                to do, a commit is made at once. `--once` waits for the rows alone.
                """),
        SettingsKey(
            "runtime.directory", .path, \.runtimeDirectory, isFixed: true, example: "/run/vectorspool",
            defaultNote: "the folder .runtime in the spool",
            help: """
                Where status.json (read by `vectorspool status`) and metrics.prom (for Prometheus' node exporter) are
                kept.
                """),
        SettingsKey(
            "runtime.statusSeconds", .seconds(0.05...3600), \.statusInterval,
            help: "How often status.json and metrics.prom are written at least; a change is written at once."),
        SettingsKey(
            "log.level", .word, \.logLevel, help: "trace, debug, info, notice, warning, error or critical."),
        SettingsKey(
            "log.format", .word, \.logFormat, isFixed: true,
            help: """
                auto: text on a terminal, and lines that the journal understands under systemd. Or text, or json: one
                object a line.
                """),
    ]
}
