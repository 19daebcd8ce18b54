package import Ingest
package import SystemPackage

/// The status in Prometheus' text format (version 0.0.4), for the textfile collector of the node exporter.
package enum MetricsPage {
    /// The name of the file in the runtime directory.
    package static let fileName: FilePath.Component = "metrics.prom"

    package static func text(_ status: SpoolStatus) -> String {
        var page = ""
        func add(_ name: String, kind: String, help: String, value: some CustomStringConvertible) {
            page +=
                "# HELP vectorspool_\(name) \(help)\n# TYPE vectorspool_\(name) \(kind)\nvectorspool_\(name) \(value)\n"
        }
        add("ready", kind: "gauge", help: "1 while documents are taken.", value: status.state == .ready ? 1 : 0)
        add("paused", kind: "gauge", help: "1 while waiting for the system.", value: status.state == .paused ? 1 : 0)
        add("held", kind: "gauge", help: "1 while a person has paused it.", value: status.pausedBy == nil ? 0 : 1)
        if let free = status.disk?.spoolFree {
            add("spool_free_bytes", kind: "gauge", help: "Free bytes on the disk of the spool.", value: free)
        }
        if let free = status.disk?.indexFree {
            add("index_free_bytes", kind: "gauge", help: "Free bytes on the disk of the index.", value: free)
        }
        add("inbox_queued", kind: "gauge", help: "Files that are ready.", value: status.inbox.queued)
        add("inbox_settling", kind: "gauge", help: "Files that are settling.", value: status.inbox.settling)
        add(
            "inbox_being_written", kind: "gauge", help: "Files that a writer holds open.",
            value: status.inbox.beingWritten)
        add("inbox_blocked", kind: "gauge", help: "Files that cannot be taken.", value: status.inbox.blockedCount)
        add("inbox_empty", kind: "gauge", help: "Files without contents.", value: status.inbox.empty)
        add("inbox_left", kind: "gauge", help: "Links, pipes, sockets and devices.", value: status.inbox.left)
        add(
            "inbox_left_in_place", kind: "gauge", help: "Files that were taken and stay in the inbox.",
            value: status.inbox.leftInPlace ?? 0)
        add("inbox_ignored", kind: "gauge", help: "Names that patterns exclude.", value: status.inbox.ignored)
        add(
            "inbox_overflows_total", kind: "counter", help: "Times that the kernel lost events.",
            value: status.inbox.overflows)
        add("in_work", kind: "gauge", help: "Files claimed and not committed.", value: status.inWork)
        add("done_files_total", kind: "counter", help: "Files indexed.", value: status.doneFiles)
        add(
            "unchanged_files_total", kind: "counter", help: "Files that the index already had.",
            value: status.unchangedFiles)
        add("failed_files_total", kind: "counter", help: "Files that failed.", value: status.failedFiles)
        add("failed_lines_total", kind: "counter", help: "Lines that failed.", value: status.failedLines)
        add("tokens_encoded_total", kind: "counter", help: "Tokens encoded.", value: status.tokensEncoded)
        add("tokens_per_second", kind: "gauge", help: "Recent rate of encoding.", value: status.tokensPerSecond)
        add("generation", kind: "gauge", help: "Generation of the index.", value: status.generation)
        add("documents", kind: "gauge", help: "Live documents of the index.", value: status.documents)
        add("rows", kind: "gauge", help: "Live rows of the index.", value: status.rows)
        add("clipped_share", kind: "gauge", help: "Share of values outside the ranges.", value: status.clippedShare)
        return page + histogram(status.searchableAfter ?? DelayHistogram())
    }

    private static func histogram(_ delays: DelayHistogram) -> String {
        let name = "vectorspool_searchable_seconds"
        var text =
            "# HELP \(name) From the arrival of a file (of one in a folder: its claim) until it could be found.\n"
        text += "# TYPE \(name) histogram\n"
        var sum = 0
        for (bound, count) in zip(delays.bounds, delays.counts) {
            sum += count
            text += "\(name)_bucket{le=\"\(bound)\"} \(sum)\n"
        }
        text += "\(name)_bucket{le=\"+Inf\"} \(delays.count)\n"
        return text + "\(name)_sum \(delays.seconds)\n\(name)_count \(delays.count)\n"
    }
}
