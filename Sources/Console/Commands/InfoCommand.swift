import ArgumentParser
package import Inspection
import Platform
import Quantization
import Shards
import Text

/// `vectorspool info`: shows what an index contains.
struct InfoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Show what an index contains and how it was made.")

    @OptionGroup var index: IndexOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let snapshot = try Snapshot.open(await index.place().index, decodesCodes: false)
        let summary = IndexSummary(snapshot)
        try StandardStream.output.write(json ? summary.json + "\n" : summary.table(Style(for: .output)))
        try StandardStream.error.write(
            summary.warning + snapshot.damage.map { "warning: \(TerminalText.visible("\($0)"))\n" }.joined())
    }
}

extension IndexSummary {
    /// A table of names and values.
    package func table(_ style: Style) -> String {
        let dead = deadRows > 0 ? ", \(Figures.grouped(deadRows)) superseded" : ""
        var lines = [
            ("rows", "\(Figures.grouped(rows)) in \(Figures.counted(documents, "document"))\(dead)"),
            ("precision", "\(precision.rawValue), \(Figures.counted(dimension, "dimension"))"),
            ("codes", "\(Figures.bytes(bytes)) (as float32: \(Figures.bytes(float32Bytes)))"),
            ("text", Figures.bytes(textBytes)),
            ("files", "\(Figures.bytes(fileBytes)) in \(Figures.counted(shards, "shard"))"),
            ("generation", "\(generation) of \(committed)"),
            ("created", created),
            (
                "words",
                (analyzer ?? "none")
                    + (rowsWithoutWords > 0
                        ? "; \(Figures.counted(rowsWithoutWords, "row")) without, searched by meaning" : "")
            ),
            ("model", "\(modelName), \(compute)"),
            ("", model),
            ("encoder", encoder),
            ("ranges", ranges ?? "none"),
        ]
        if let rangesOrigin {
            let count =
                rangesPassages.map { "from \(Figures.counted($0, "passage"))" } ?? "from an unknown number of passages"
            lines.append(("", "\(rangesOrigin), \(count)"))
        }
        if precision.needsRanges { lines.append(("clipped", "\(Figures.percent(clippedShare)) of the values")) }
        return lines.map { name, value in
            style.dressed(name + String(repeating: " ", count: 12 - name.count), .faint)
                + TerminalText.visible(value) + "\n"
        }.joined()
    }

    /// A warning line for ranges that do not fit; empty otherwise.
    package var warning: String {
        guard isClippedNotably else { return "" }
        return
            "warning: \(Figures.percent(clippedShare)) of the values are outside the ranges; make a new index with ranges "
            + "that vectorspool calibrate made from texts like these\n"
    }
}
