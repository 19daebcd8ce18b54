import ArgumentParser
import Platform
import Quantization
import Search
import Spool
import SystemPackage
import Text

/// `vectorspool search`: finds the passages nearest in meaning to a query.
struct SearchCommand: AsyncParsableCommand, CheckedCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find the passages that answer a query best, by meaning and by words.",
        discussion: """
            The number before a hit is its score: the cosine of query and passage, 1 for the same text and about 0 for one \
            that has nothing to do with the query, and more for the words of the query that stand in the passage, the rarer \
            the more. It ranks the hits of one search, and no value means by itself that a hit is right. Exit code 1 means that \
            nothing was found.

            Several words are one query. In it these operators are conditions that every hit meets:

            +word        has the word, in any of its forms
            "two words"  has the words one after another, as they are
            -word -"two words"  has not
            key:value key:"two words" -key:value  is of a document whose metadata are so, or are not
            path:notes/** document:a.md  is of such a file or document; these two names come before a key

            They count only at the beginning of a word and glued to it, and a key only if documents have it. A query that only leaves \
            out, such as -O2, is text. The shell takes quotes away, so put the query in others: '+whale "white sea"'. A query that \
            begins with a dash goes after --.

            With --json each hit is a line with the keys query, rank, score, document, passage, bytes (from the first to the one after \
            the last, in the document), lines (the first and the last), text, snippet (its best sentence), matches (the bytes of the \
            text that are words of the query), metadata, path (of the file as it lies now, or null), file_line (of an object \
            of JSON Lines in it) and also_in; with context, explain and more where these are asked for. Keys are added, never renamed.
            """)

    @OptionGroup var asking: QueryOption

    @OptionGroup var index: IndexOption

    @OptionGroup var model: ModelOption

    @Option(
        name: [.customShort("k", allowingJoined: true), .long], parsing: .unconditional,
        help: ArgumentHelp("The number of hits for a query.", valueName: "number"))
    var limit = 10

    @Option(help: "What counts: meaning and words, meaning alone, or words alone, which needs no model.")
    var mode: SearchOptions.Mode?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The share of words in a hybrid score.",
            discussion: "Default: .05, or what was measured for another model when the daemon made its ranges.",
            valueName: "number"))
    var lexicalWeight: Double?

    @Option(
        help: ArgumentHelp(
            "What the encoder reads before each query, in the place of the model's own prompt.",
            discussion: "Words are not looked for in it.", valueName: "text"))
    var prompt: String?

    @OptionGroup var selecting: SelectingOption

    @OptionGroup var listing: ListingOption

    @OptionGroup var showing: ShowingOption

    @Option(help: "How queries are compared with codes; the default mode of sentence-transformers is semantic.")
    var scorer = Scorer.folded

    @OptionGroup var pager: PagerOption

    @OptionGroup var speed: SpeedOption

    func check() throws {
        if !speed.recall || asking.isGiven { try asking.check(mode) }
        try speed.check(mode)
        if let lexicalWeight, !(0...1e6).contains(lexicalWeight) {
            throw ValidationError("--lexical-weight \(lexicalWeight): give a number from 0 to 1,000,000.")
        }
        guard scorer == .folded || mode != .hybrid else {
            throw ValidationError("--mode hybrid adds to a cosine, which --scorer \(scorer.rawValue) does not compute.")
        }
        guard lexicalWeight == nil || mode == nil || mode == .hybrid else {
            throw ValidationError("--lexical-weight weighs words against meaning, so it needs --mode hybrid.")
        }
        guard try selecting.filter().isEmpty || !speed.recall else {
            throw ValidationError("--recall measures searches of the whole index: it goes with no filter.")
        }
        guard !showing.explain || (!listing.count && showing.chosenFormat != .vimgrep) else {
            throw ValidationError("--explain explains hits: it goes with no --count and no --format vimgrep.")
        }
        try listing.check()
        try showing.check()
        guard limit > 0 else { throw ValidationError("-k \(limit): give a number of hits of at least 1.") }
    }

    /// What to do where a word of a query was taken for an option.
    ///
    /// - Parameters:
    ///   - error: an error of the argument parser.
    ///   - arguments: the words of the command line.
    /// - Returns: a sentence; nil for any other error, and for other commands.
    static func advice(on error: any Error, _ arguments: [String]) -> String? {
        guard arguments.first == configuration.commandName,
            VectorSpool.message(for: error).hasPrefix("Unknown option")
        else { return nil }
        return "If it belongs to the query, put the query after --, or in quotes together with the words before it."
    }

    /// Refuses a query that begins with a dash: the parser would read it as short options, of which `-h` prints the help.
    ///
    /// - Parameter arguments: the words of the command line.
    /// - Throws: `ValidationError`, which ends the program with 64.
    static func checkDashes(_ arguments: [String]) throws {
        guard arguments.first == configuration.commandName else { return }
        for word in arguments.prefix(while: { $0 != "--" })
        where word.hasPrefix("-") && !word.hasPrefix("--") && !word.hasPrefix("-k") && word.contains(" ") {
            throw ValidationError(
                "'\(TerminalText.excerpt(word))' begins with a dash, as an option does: put a query that does after --."
            )
        }
    }

    private func options() throws -> SearchOptions {
        var options = SearchOptions(
            mode: mode ?? (scorer == .folded && asking.isText && !speed.isAsked ? .hybrid : .semantic), scorer: scorer,
            lexicalWeight: lexicalWeight)
        options.prompt = prompt
        options.filter = try selecting.filter()
        options.namesDocuments = !selecting.documents.isEmpty
        options.leastScore = listing.minScore
        options.isLiteral = asking.literal
        options.isByVectors = asking.isByVectors || !asking.isGiven
        options.contextLines = showing.context
        options.isExplained = showing.explain
        options.isFast = speed.fast || speed.recall
        return options
    }

    func run() async throws {
        let isPaged = !pager.isOff && showing.chosenFormat == .text && !asking.isAskedOneByOne
        try await PagedOutput.with(pager: isPaged) { try await search($0) }
    }

    private func search(_ output: PagedOutput) async throws {
        let source = asking.isGiven ? try asking.source() : nil
        let page = listing.page(limit: limit)
        var (asks, found) = (0, 0)
        let place = try await index.place()
        try await Searcher.with(
            index: place.index, model: try model.path(configured: place.model), cache: model.cache, try options()
        ) { searcher in
            let asked: any QuerySource =
                try await source?.queries(for: searcher)
                ?? QueryList(try searcher.snapshot.queries(likeSome: SpeedOption.drawnQueries))
            let report = SearchReport(
                showing.chosenFormat, showing.layout, searcher: searcher,
                originals: place.spool.map { Originals($0) }, page: page)
            try output.note(report.warnings)
            if let refusal = searcher.fastRefusal, speed.fast { try output.note(refusal + "\n") }
            if speed.fast, mode != nil, mode != .semantic {
                try output.note("note: --fast changes nothing with words: all passages are scored\n")
            }
            try output.note(SelectingReport(searcher.filtered).notes)
            if speed.recall {
                let count = try await speed.measure(
                    searcher, asked, limit: limit, isDrawn: source == nil, isJSON: showing.chosenFormat == .json)
                if count == 0 { try output.note("note: --recall measures queries with text; there is none\n") }
                found += count
                return
            }
            if listing.count {
                return try await searcher.count(asked) { query, count in
                    found += count.passages
                    try output.write(
                        SelectingReport.line(
                            query, count, isJSON: showing.chosenFormat == .json, isOneOfMany: asking.isOneOfMany))
                }
            }
            try await searcher.answer(asked, page) { answers in
                asks += answers.count
                for answer in answers {
                    found += answer.hits.count
                    try output.note(report.notes(on: answer, isOneOfMany: asking.isOneOfMany))
                    if answer.conditions.isEmpty, selecting.paths.isEmpty, selecting.documents.isEmpty {
                        try output.note(PlaceNote.note(on: asking.words) ?? "")
                    }
                    try output.write(report.text(answer, isOneOfMany: asking.isOneOfMany))
                }
            }
            if asks == 0 { try output.note("note: there is no query to answer\n") }
        }
        guard found > 0 else { throw ExitCode(1) }
    }
}
