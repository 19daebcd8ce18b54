import Maintenance
import Shards
import Text

/// The sums over the steps of a compaction, for people and programs.
struct CompactionTally {
    private var steps = 0
    private var bytesRead = 0
    private var bytesWritten = 0
    private var droppedRows = 0

    mutating func add(_ step: Compactor.Report) {
        steps += 1
        bytesRead += step.bytesRead
        bytesWritten += step.bytesWritten
        droppedRows += step.droppedRows
    }

    /// What is shown while it goes on.
    var text: String { "\(Figures.bytes(bytesWritten)) written, \(Figures.counted(steps, "merge"))" }

    /// What is printed at the end.
    func summary(before: Manifest, after: Manifest, removedFiles: Int, seconds: Double) -> String {
        let removed = removedFiles > 0 ? "; \(Figures.counted(removedFiles, "superseded file")) removed" : ""
        guard steps > 0 else { return "nothing to merge: \(Self.shown(after))\(removed)\n" }
        return "\(Self.shown(before)) became \(Self.shown(after))"
            + (droppedRows > 0 ? "; \(Figures.counted(droppedRows, "superseded row")) dropped" : "")
            + removed
            + "; \(Figures.bytes(bytesRead)) read, \(Figures.bytes(bytesWritten)) written in \(Figures.decimals(seconds, 1)) s\n"
    }

    private static func shown(_ manifest: Manifest) -> String {
        "\(Figures.counted(manifest.shards.count, "shard")) of \(Figures.bytes(manifest.shards.reduce(0) { $0 + $1.bytes }))"
    }

    /// The same as a JSON object.
    func json(before: Manifest, after: Manifest, seconds: Double) -> String {
        var object = JSONObject()
        object.add("merges", steps)
        object.add("shards_before", before.shards.count)
        object.add("shards", after.shards.count)
        object.add("rows", after.rows)
        object.add("dropped_rows", droppedRows)
        object.add("bytes_read", bytesRead)
        object.add("bytes_written", bytesWritten)
        object.add("generation", after.generation)
        object.add("seconds", seconds)
        return object.text
    }
}

extension Compactor.Report {
    /// A step as a JSON object.
    var json: String {
        var object = JSONObject()
        object.add("merged_shards", shards)
        object.add("rows", rows)
        object.add("dropped_rows", droppedRows)
        object.add("bytes_read", bytesRead)
        object.add("bytes_written", bytesWritten)
        return object.text
    }
}
