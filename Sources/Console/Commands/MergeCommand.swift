import ArgumentParser
import Maintenance
import Platform
import SystemPackage
import Text

/// `vectorspool merge`: joins indexes into one without encoding anything.
struct MergeCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Join indexes into one, without encoding anything.",
        discussion: """
            All have to be made with one model, precision and ranges. Their files get a second name in the new index where the file system \
            allows it, and are copied elsewhere; the sources stay as they are. A document that stands in several with equal \
            contents is one; with different contents it is refused, unless --newest says which is taken, or each index \
            has a prefix: laptop=~/index server=/mnt/server/index puts laptop/ and server/ before the paths. \
            Afterwards `vectorspool compact` makes few files of the many. Exit code 65: documents are in conflict; 78: the indexes \
            do not belong together.
            """)

    @Argument(help: ArgumentHelp("The indexes, or PREFIX=INDEX.", valueName: "index"))
    var indexes: [String]

    @Option(help: ArgumentHelp("The index to join them into; it is made when there is none.", valueName: "folder"))
    var into: FilePath

    @Flag(help: "Of documents with one name and different contents, take the one that was dropped last.")
    var newest = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func check() throws {
        for typed in indexes {
            guard let prefix = Self.source(typed).prefix else { continue }
            let parts = prefix.dropLast().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            guard parts.allSatisfy({ !$0.isEmpty && !$0.elementsEqual(".".utf8) && !$0.elementsEqual("..".utf8) })
            else {
                throw ValidationError(
                    "'\(TerminalText.excerpt(typed))': a prefix is a folder below the inbox, such as laptop or hosts/laptop."
                )
            }
        }
    }

    func run() async throws {
        let sources = indexes.map(Self.source)
        let (into, newest) = (into, newest)
        let thread = ThreadPool(name: "merge", threads: 1)
        let report = try await withTaskExecutorPreference(thread) {
            CurrentProcess.actAsOwner(of: into)
            var line = ProgressLine()
            defer { line.finish() }
            return try IndexJoin.join(sources, into: into, takesNewest: newest) { done in
                line.show("\(Figures.grouped(done)) of \(Figures.counted(sources.count, "index", plural: "indexes"))")
            }
        }
        await thread.finish()
        try StandardStream.output.write(json ? report.json + "\n" : report.text(into: into))
    }

    /// Reads an index, or a prefix and an index; a folder of that very name comes first.
    static func source(_ typed: String) -> IndexJoin.Source {
        guard let mark = typed.firstIndex(of: "="), mark > typed.startIndex, !FileStatus.exists(FilePath(typed)) else {
            return IndexJoin.Source(FilePath(typed))
        }
        // As it was typed, which need not be UTF-8.
        let bytes = TypedArguments.current.bytes(of: typed)
        var prefix = Array(bytes.prefix { $0 != UInt8(ascii: "=") })
        if prefix.last == UInt8(ascii: "/") { prefix.removeLast() }
        return IndexJoin.Source(
            FilePath(String(typed[typed.index(after: mark)...])), prefix: prefix + [UInt8(ascii: "/")])
    }
}

extension IndexJoin.Report {
    fileprivate func text(into target: FilePath) -> String {
        var text =
            "joined \(Figures.counted(sources, "index", plural: "indexes")) into \(target.displayName): "
            + "\(Figures.counted(rows, "row")) of \(Figures.counted(documents, "document")) in \(Figures.counted(shards, "new shard")), "
            + "generation \(generation)\n"
        if duplicates > 0 {
            text += "  \(Figures.counted(duplicates, "document")) stood in several with equal contents\n"
        }
        if older > 0 { text += "  \(Figures.counted(older, "older version")) left out\n" }
        if shards > 20 {
            text +=
                "  vectorspool compact --index \(ShellWord.quoted(Array(target.string.utf8))) makes few files of them\n"
        }
        return text
    }

    fileprivate var json: String {
        var object = JSONObject()
        object.add("sources", sources)
        object.add("shards", shards)
        object.add("documents", documents)
        object.add("rows", rows)
        object.add("duplicates", duplicates)
        object.add("older_versions", older)
        object.add("linked", linked)
        object.add("copied", copied)
        object.add("rewritten", rewritten)
        object.add("generation", generation)
        return object.text
    }
}
