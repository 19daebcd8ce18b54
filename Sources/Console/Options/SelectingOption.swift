import ArgumentParser
import Foundation
import Search
import Text

/// Which documents a search goes over.
struct SelectingOption: ParsableArguments {
    @Option(
        name: .customLong("path"),
        help: ArgumentHelp(
            "Search only files whose path in the inbox matches.",
            discussion: """
                As in a .gitignore: *.md matches in any folder, notes/*.md and notes/** from the inbox on, and a folder stands for \
                all in it. !*.log leaves files out. May be given several times: a file must match one, and none after !.
                """,
            valueName: "glob"))
    var paths: [String] = []

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Search only documents whose metadata meet a condition, such as year>=1990.",
            discussion: """
                Comparisons: = != < > <= >= and in, as in 'tag in red,green'. Keys of nested objects are joined by dots: author.name. \
                Of an array one element suffices. Numbers compare by value, strings by their characters, so 2026-01-31 is before \
                2026-02-01; a value in quotes is a string. != is the opposite of =: it holds for documents without the key too. May be \
                given several times: all must hold.
                """,
            valueName: "condition"))
    var conditions: [String] = []

    @Option(
        help: ArgumentHelp(
            "Search only files last modified then or later: 2026-01-31, 2026-01-31T10:00, yesterday, or 7d for seven days ago.",
            discussion: "Also hours and weeks ago, 12h and 2w. Times without a zone are local.", valueName: "time"))
    var since: String?

    @Option(
        help: ArgumentHelp(
            "Search only files last modified then or earlier; a day is meant with its end.", valueName: "time"))
    var until: String?

    @Option(
        name: .customLong("document"),
        help: ArgumentHelp(
            "Search only this document, as hits name it: a path, or a path, # and an id. May be given several times.",
            discussion: "Lines after it, as in a.md:1-2, are left out.",
            valueName: "name"))
    var documents: [String] = []

    /// The filter that the options describe.
    ///
    /// - Throws: `ValidationError`, which ends the program with 64.
    func filter() throws -> RowFilter {
        for glob in paths where glob.isEmpty || glob == "!" {
            throw ValidationError("--path '\(glob)': give a glob, such as *.md or notes/**.")
        }
        for name in documents where name.isEmpty {
            throw ValidationError("--document is empty: give the name of a document as hits print it.")
        }
        var predicates: [MetadataPredicate] = []
        for condition in conditions {
            do throws(SearchError) {
                predicates.append(try MetadataPredicate(parsing: condition))
            } catch {
                throw ValidationError(
                    "--where '\(condition)': \(error.message). A condition is a key, a comparison and a value, such as year>=1990."
                )
            }
        }
        return RowFilter(
            paths: paths.isEmpty ? nil : PathGlobs(paths), predicates: predicates, modified: try modified(),
            documents: documents)
    }

    private func modified() throws -> Range<Int64>? {
        let now = Date()
        func moment(_ text: String?, _ option: String) throws -> Moment? {
            guard let text else { return nil }
            guard let moment = Moment(parsing: text, now: now) else {
                throw ValidationError(
                    "--\(option) takes a time such as 2026-01-31, 2026-01-31T10:00, yesterday or 7d; '\(text)' is none."
                )
            }
            return moment
        }
        let (first, last) = (try moment(since, "since"), try moment(until, "until"))
        guard first != nil || last != nil else { return nil }
        let (start, end) = (first?.span.lowerBound ?? .min, last?.span.upperBound ?? .max)
        guard start < end else {
            guard let since, let until else {
                throw ValidationError(
                    "'\(since ?? until ?? "")' is outside the years 1678 to 2262, in which files are written.")
            }
            throw ValidationError(
                "--since \(since) is later than --until \(until): no time is between them.")
        }
        return start..<end
    }
}
