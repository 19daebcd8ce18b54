import ArgumentParser
import Indexing
import Ingest
import Platform
import Settings
import Shards
import Spool
import SystemPackage
import Text

/// `vectorspool prune`: removes old files that nobody needs any more, which nothing else does by itself.
struct PruneCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove old versions from replaced/, and originals or failed files if you say so.",
        discussion: """
            Age counts from the day when a file was moved there; 0d means all of them, also those of today. A file of \
            replaced/ from which documents in the index come stays. What is removed from done/ can still be found, but not opened any more. It works with and without a daemon, for the \
            daemon's user and root.
            """)

    @Option(help: ArgumentHelp("Remove what is older than so many days, weeks or years.", valueName: "90d"))
    var olderThan: String

    @Flag(help: "Remove originals in done/, too.")
    var done = false

    @Flag(help: "Remove failed files with their reports, too.")
    var failed = false

    @Flag(help: "Only say what would be removed.")
    var dryRun = false

    @OptionGroup var daemon: DaemonOption

    @Flag(help: "Print one JSON object.")
    var json = false

    func check() throws {
        guard Self.days(olderThan) != nil else {
            throw ValidationError("--older-than takes a number with d, w or y, such as 90d; '\(olderThan)' is none.")
        }
    }

    /// The days of an age such as `90d`, `12w` or `1y`.
    static func days(_ text: String) -> Int64? {
        guard let unit = text.last, let length: Int64 = ["d": 1, "w": 7, "y": 365][unit],
            let count = Int64(text.dropLast()), (0...36_500).contains(count), text.first != "+"
        else { return nil }
        // A hundred years are for ever.
        return min(count * length, 36_500)
    }

    func run() async throws {
        let place = try await daemon.place()
        guard FileStatus.exists(place.spool.root) else {
            throw ConsoleError(
                .missingInput, "\(place.spool.root.displayName) is not there; give --spool or --config")
        }
        let days = Self.days(olderThan) ?? 0
        // Days of replaced/ are whole, so today's would stay.
        let limit = days == 0 ? .max : RealTime.now.before(days: Int(days)).nanoseconds
        let kinds: [AgedFile.Folder] = [.replaced] + (done ? [.done] : []) + (failed ? [.failed] : [])
        let index = place.settings.ingest.indexing.indexDirectory
        let aged: AgedFiles
        do throws(PlatformError) {
            aged = try AgedFiles(place.spool, before: RealTime(nanoseconds: limit), in: kinds)
        } catch {
            throw Self.refusal(error)
        }
        for name in aged.passedOver {
            try StandardStream.error.write(
                "\(name.displayName) is no folder, so it is none of a day: it was passed over\n")
        }
        let pruning = try Pruning(aged, in: place.spool, index: index)
        guard try IndexStore.exists(at: index) || !pruning.files.contains(where: { $0.folder == .replaced }) else {
            throw ConsoleError(
                .missingInput,
                "there is no index at \(index.displayName), so it is unknown which versions its documents come from; give "
                    + "--config, or set VECTORSPOOL_INDEX_DIRECTORY")
        }
        var progress = ProgressLine()
        var removed = (files: 0, bytes: 0)
        for file in dryRun ? [] : pruning.files {
            do throws(PlatformError) {
                guard try pruning.remove(file) else { continue }
            } catch {
                progress.finish()
                throw Self.refusal(error)
            }
            removed.files += 1
            removed.bytes.add(size: file.status.size)
            progress.show("\(Figures.counted(removed.files, "file")) removed")
        }
        progress.finish()
        if dryRun { removed = (pruning.files.count, pruning.bytes) }
        try StandardStream.output.write(
            json ? object(pruning, removed).text + "\n" : text(pruning, removed))
    }

    /// Files belong to the daemon's user: no group may remove them, and no daemon is asked.
    private static func refusal(_ error: PlatformError) -> ConsoleError {
        guard error.cause == .permissionDenied || error.cause == .notPermitted else {
            return DaemonOption.Place.refusal(error)
        }
        // The options are told as they were typed.
        let words = CommandLine.arguments.dropFirst().map { word in
            let isOption = word.utf8.allSatisfy { 0x61...0x7A ~= $0 || $0 == 0x2D }
            return isOption ? word : ShellWord.quoted(word.utf8)
        }
        return ConsoleError(
            .cannotWrite,
            "\(error); only the daemon's user and root may remove what was dropped: sudo vectorspool \(words.joined(separator: " "))"
        )
    }

    private func text(_ pruning: Pruning, _ removed: (files: Int, bytes: Int)) -> String {
        var text = ""
        if dryRun {
            for file in pruning.files.prefix(Self.listed) {
                text += "\(file.placeInSpool.displayName)  \(Figures.bytes(file.status.size))\n"
            }
            let more = pruning.files.count - Self.listed
            if more > 0 { text += "and \(Figures.grouped(more)) more\n" }
        }
        text += dryRun ? "Would remove " : "Removed "
        text += "\(Figures.counted(removed.files, "file")), \(Figures.bytes(removed.bytes))."
        if pruning.keptCount > 0 {
            text +=
                " \(Figures.counted(pruning.keptCount, "file")) of replaced/ stay, because documents come from there."
        }
        return text + "\n"
    }

    private func object(_ pruning: Pruning, _ removed: (files: Int, bytes: Int)) -> JSONObject {
        var object = JSONObject()
        object.add("dry_run", dryRun)
        object.add("files", removed.files)
        object.add("bytes", removed.bytes)
        object.add("kept", pruning.keptCount)
        object.add("places", pruning.files.prefix(Self.listed).map(\.placeInSpool.displayName))
        return object
    }

    /// So many files are named at most.
    private static let listed = 100
}
