import ArgumentParser
import Maintenance
import Platform
import SystemPackage
import Text

/// `vectorspool snapshot`: a consistent copy of an index for a back-up.
struct SnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Make a consistent copy of an index for a back-up.",
        discussion: """
            The copy is the newest generation. On the same file system it takes no room and no time, because its files are \
            second names of those of the index, which are never rewritten. It works while the daemon does. The copy is an index: \
            search it, verify it, or put it in the place of the index while no daemon runs.
            """)

    @Argument(help: ArgumentHelp("The folder of the copy, which must not exist, or be empty.", valueName: "folder"))
    var folder: FilePath

    @OptionGroup var index: IndexOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() async throws {
        let directory = try await index.place().index
        let report = try IndexSnapshot.make(of: directory, at: folder)
        guard json else {
            let shared =
                report.copiedBytes == 0
                ? "all of them shared with the index" : "\(Figures.bytes(report.copiedBytes)) copied"
            return try StandardStream.output.write(
                "generation \(report.generation) with \(Figures.counted(report.rows, "row")) is in \(folder.displayName): "
                    + "\(Figures.bytes(report.linkedBytes + report.copiedBytes)) in \(Figures.counted(report.files, "file")), \(shared)\n"
            )
        }
        var object = JSONObject()
        object.add("generation", report.generation)
        object.add("rows", report.rows)
        object.add("files", report.files)
        object.add("linked_bytes", report.linkedBytes)
        object.add("copied_bytes", report.copiedBytes)
        try StandardStream.output.write(object.text + "\n")
    }
}
