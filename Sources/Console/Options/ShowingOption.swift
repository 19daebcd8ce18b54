import ArgumentParser
import Platform
import Search

/// How hits are shown.
struct ShowingOption: ParsableArguments {
    /// The forms of a list of hits.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
        case vimgrep
    }

    @Option(
        help: ArgumentHelp(
            "Print for people, JSON Lines, or path:line:column:text for the error list of an editor.",
            discussion: "vimgrep prints a line a hit: that of the first marked word of its best sentence."))
    var format: Format?

    @Flag(help: "Print JSON Lines: --format json.")
    var json = false

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Show the sentence with so many lines of the document before and after it, numbered.",
            discussion: "They come from the index, so the file need not be there.", valueName: "lines"))
    var context: Int?

    @Flag(help: "Show the whole passage.")
    var full = false

    @Flag(
        help: ArgumentHelp(
            "Say of each hit why it has its score, and of the query what it took.",
            discussion: """
                The score is the sum of the cosine and of what each word adds. Of the query: its terms with their idf, what was read, \
                and the time by stage. In JSON hits have a key `explain`, and after those of a query comes a line with its own.
                """))
    var explain = false

    @Option(help: "Mark words with colours.")
    var color = Style.Colouring.auto

    /// The form that is asked for.
    var chosenFormat: Format { json ? .json : format ?? .text }

    /// The layout for people.
    var layout: HitLayout {
        HitLayout(Style(for: .output, color), full ? .passage : context == nil ? .snippet : .context)
    }

    /// Refuses what makes no sense.
    ///
    /// - Throws: `ValidationError`, which ends the program with 64.
    func check() throws {
        if let context, context < 0 { throw ValidationError("--context \(context): give a number of at least 0.") }
        guard !full || context == nil else { throw ValidationError("Give either --full or --context.") }
        guard !json || (format ?? .json) == .json else {
            throw ValidationError("--json is --format json; --format \(format?.rawValue ?? "") is another one.")
        }
    }
}

extension Style.Colouring: ExpressibleByArgument {}
