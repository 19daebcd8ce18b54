import ArgumentParser
import Search

/// Which part of what was found is shown.
struct ListingOption: ParsableArguments {
    /// What hits are put together by.
    enum Grouping: String, ExpressibleByArgument, CaseIterable {
        case document
    }

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Leave out hits of a lower score: the cosine in semantic, the score of the words in lexical, the sum in hybrid mode.",
            valueName: "score"))
    var minScore: Double?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Begin after so many hits, or documents with --group-by.", valueName: "number"))
    var offset = 0

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "The most hits of one document; 0 for no limit.",
            discussion:
                "Default: \(HitPage.defaultPerDocument), but no limit with --document or document:, unless --group-by is given.",
            valueName: "number"))
    var maxPerDocument: Int?

    @Option(help: "Show the passages of a document together, in the place of its best; -k counts documents then.")
    var groupBy: Grouping?

    @Flag(
        help: ArgumentHelp(
            "Print how many passages and documents are selected, in place of hits.",
            discussion: "With --min-score those that reach it; in lexical mode those with a word of the query."))
    var count = false

    /// The page of so many hits.
    ///
    /// - Parameter limit: the most hits.
    /// - Returns: the page that the options describe.
    func page(limit: Int) -> HitPage {
        HitPage(
            limit: limit, offset: offset, perDocument: maxPerDocument, groupsByDocument: groupBy == .document)
    }

    /// Refuses what makes no sense.
    ///
    /// - Throws: `ValidationError`, which ends the program with 64.
    func check() throws {
        guard offset >= 0 else { throw ValidationError("--offset \(offset): give a number of at least 0.") }
        if let maxPerDocument, maxPerDocument < 0 {
            throw ValidationError(
                "--max-per-document \(maxPerDocument): give a number of at least 1, or 0 for no limit.")
        }
        guard minScore.map({ !$0.isNaN }) ?? true else { throw ValidationError("--min-score: give a number.") }
    }
}
