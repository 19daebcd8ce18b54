import ArgumentParser
import Identity
import Platform
import Search
import Shards
import Spool
import Text

/// `vectorspool show`: prints the text of a document from the index.
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the text of a document, or of a part of it, from the index alone.",
        discussion: """
            DOCUMENT is a name as `vectorspool search` prints it: a path, such as notes/a.md, or a path, # and an id, such as \
            list.jsonl#7; a path of a file of several documents means all of them. The whole path \
            of a file in the spool names it too. With lines, as in notes/a.md:3-9, only those are \
            printed, and with # and a number, as in notes/a.md#2, only that passage; the first is 0. The text is that of the \
            passages, without what two of them share; white space between them that the index does not have is made anew, so that \
            lines keep their numbers. With --json each document is a line of JSON. Exit code 1 means that there is no such document.
            """)

    @Argument(help: ArgumentHelp("The document.", valueName: "document"))
    var name: String

    @OptionGroup var index: IndexOption

    @Flag(help: "Print JSON Lines.")
    var json = false

    @OptionGroup var pager: PagerOption

    func run() async throws {
        try await PagedOutput.with(pager: !json && !pager.isOff) { try await show($0) }
    }

    private func show(_ output: PagedOutput) async throws {
        let place = try await index.place()
        let snapshot = try Snapshot.open(place.index, decodesCodes: false)
        try StandardStream.error.write(
            snapshot.damage.map { "warning: \(TerminalText.visible("\($0)"))\n" }.joined())
        let given = DocumentName(TypedArguments.current.bytes(of: name))
        let name = place.spool.map { given.below($0) } ?? given
        let documents = try snapshot.documents(named: name)
        for document in documents {
            if json {
                try output.write(document.json + "\n")
            } else {
                try print(document, isOneOfMany: documents.count > 1, output)
            }
        }
        guard documents.isEmpty else { return }
        let whole = name.withoutPart
        let isKnown = try whole.map { name throws(ShardsError) in try !snapshot.documents(named: name).isEmpty }
        throw UnknownDocument(name, whole: isKnown == true ? whole : nil)
    }

    /// Prints the text as it is, or on a terminal with control characters made visible.
    private func print(_ document: ShownDocument, isOneOfMany: Bool, _ output: PagedOutput) throws {
        let stream = StandardStream.output
        if isOneOfMany {
            try output.write(Style(for: stream).dressed("# " + TerminalText.visible(document.name), .strong) + "\n")
        }
        // The index does not have the blank lines at the beginning; there are no more of them than the text has bytes before it.
        let blank =
            document.isWhole ? min(document.text.lines.lowerBound - 1, document.text.bytes.lowerBound, 1 << 12) : 0
        let bytes =
            Array(repeating: UInt8(ascii: "\n"), count: max(blank, 0)) + document.text.text + [UInt8(ascii: "\n")]
        guard stream.isTerminal else { return try stream.write(bytes.rawSpan) }
        try output.write(TerminalText.visibleLines(String(decoding: bytes, as: UTF8.self)))
    }
}
