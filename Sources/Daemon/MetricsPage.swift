package import Ingest
package import SystemPackage

/// The status in Prometheus' text format (version 0.0.4), for the textfile collector of the node exporter.
package enum MetricsPage {
    /// The name of the file in the runtime directory.
    package static let fileName: FilePath.Component = "metrics.prom"

    package static func text(_ status: SpoolStatus) -> String {
        var page = ""
        func add(_ name: String, _ kind: String, _ help: String, _ value: some CustomStringConvertible) {
            page +=
                "# HELP vectorspool_\(name) \(help)\n# TYPE vectorspool_\(name) \(kind)\nvectorspool_\(name) \(value)\n"
        }
        add("ready", "gauge", "1 while documents are taken.", status.state == .ready ? 1 : 0)
        add("paused", "gauge", "1 while waiting for the system.", status.state == .paused ? 1 : 0)
        add("inbox_queued", "gauge", "Files that are ready.", status.inbox.queued)
        add("inbox_settling", "gauge", "Files that are settling.", status.inbox.settling)
        add("inbox_being_written", "gauge", "Files that a writer holds open.", status.inbox.beingWritten)
        add("inbox_blocked", "gauge", "Files that may not be read.", status.inbox.blocked.count)
        add("inbox_overflows_total", "counter", "Times that the kernel lost events.", status.inbox.overflows)
        add("in_work", "gauge", "Files claimed and not committed.", status.inWork)
        add("done_files_total", "counter", "Files indexed.", status.doneFiles)
        add("unchanged_files_total", "counter", "Files that the index had already.", status.unchangedFiles)
        add("failed_files_total", "counter", "Files that failed.", status.failedFiles)
        add("failed_lines_total", "counter", "Lines that failed.", status.failedLines)
        add("tokens_encoded_total", "counter", "Tokens encoded.", status.tokensEncoded)
        add("tokens_per_second", "gauge", "Tokens encoded a second, lately.", status.tokensPerSecond)
        add("generation", "gauge", "Generation of the index.", status.generation)
        add("documents", "gauge", "Live documents of the index.", status.documents)
        add("rows", "gauge", "Live rows of the index.", status.rows)
        add("clipped_share", "gauge", "Share of values outside the ranges.", status.clippedShare)
        return page
    }
}
