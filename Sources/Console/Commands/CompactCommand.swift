import ArgumentParser
import Ingest
import Maintenance
import Platform
import Shards
import Spool
import SystemPackage
import Text

/// `vectorspool compact`: merges shards, and drops the rows of replaced and forgotten documents.
struct CompactCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        abstract: "Merge the files of an index, and drop the rows of replaced and forgotten documents.",
        discussion: """
            The daemon does this by itself, as far as it pays: at rest an index has about 20 shards, and rows of replaced documents go when \
            they are a fifth of a shard or a day old. This command does the same at once. It works with and without a \
            daemon, and searches go on meanwhile. --full leaves as few shards as there can be. --purge drops every row of a replaced or \
            forgotten document at once, and removes the older generations and their files, so that no byte of them is left \
            in the index. Exit code 73 means that the disk has too little room; 75 that others kept replacing the same shards.
            """)

    @OptionGroup var index: IndexOption

    @Option(
        help: ArgumentHelp(
            "The spool of the index. Default: that of the configuration.",
            discussion: "Rows of a file that still lies in its work/ stay.", valueName: "folder"))
    var spool: FilePath?

    @Flag(help: "Leave as few shards as there can be, without superseded rows.")
    var full = false

    @Flag(help: "Leave no superseded row, and no older generation.")
    var purge = false

    @Flag(help: "Print JSON Lines: each merge, then a summary.")
    var json = false

    func check() throws {
        guard !full || !purge else {
            throw ValidationError(
                "--full drops superseded rows and --purge merges no shards: give them one after another.")
        }
    }

    func run() async throws {
        let place = try await index.place()
        let spool = spool.map { SpoolDirectory($0) } ?? place.spool
        let thread = ThreadPool(name: "compact", threads: 1)
        try await withTaskExecutorPreference(thread) { try compact(place.index, spool) }
        await thread.finish()
    }

    private func compact(_ directory: FilePath, _ spool: SpoolDirectory?) throws {
        let start = ContinuousClock.now
        CurrentProcess.actAsOwner(of: directory)
        let index = try MaintainedIndex(directory)
        let before = index.manifest
        let effort: CompactionPolicy.Effort = full ? .full : purge ? .purge : .resting
        var line = ProgressLine()
        var steps = CompactionTally()
        var leftovers = MaintainedIndex.Leftovers()
        let outcome = try index.compact(
            effort, reserve: DiskReport.reserve,
            claims: { try spool.map { try Set(OpenDirectory($0.work).entries().map(\.name.string)) } },
            leftovers: &leftovers,
            report: { step in
                steps.add(step)
                if json { try StandardStream.output.write(step.json + "\n") } else { line.show(steps.text) }
            })
        line.finish()
        switch outcome {
        case .noRoom(let needed, let free):
            throw ConsoleError(
                .cannotWrite,
                "the disk of \(directory.displayName) has \(Figures.bytes(free)) free, and the next merge may need "
                    + "\(Figures.bytes(needed)): make room and run this again; nothing is lost or half done")
        case .overtaken:
            throw ConsoleError(
                .busy, "others kept replacing the same shards, probably the daemon: run this again when it is quiet")
        default: break
        }
        let seconds = start.duration(to: .now) / .seconds(1)
        try StandardStream.output.write(
            json
                ? steps.json(before: before, after: index.manifest, seconds: seconds) + "\n"
                : steps.summary(
                    before: before, after: index.manifest, removedFiles: leftovers.removed.count, seconds: seconds))
        for name in leftovers.kept {
            try StandardStream.error.write(
                "note: \(TerminalText.visible(name)) is in no generation and stays, because a daemon may be about to commit it: run this "
                    + "again in a minute\n")
        }
    }
}
