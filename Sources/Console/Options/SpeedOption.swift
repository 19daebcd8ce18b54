import ArgumentParser
import Platform
import Search
import Text

/// Whether a search may miss a hit for being fast, and how often it does.
struct SpeedOption: ParsableArguments {
    @Flag(
        help: ArgumentHelp(
            "Search by meaning, and score only the passages that look best by the signs of their vectors.",
            discussion: """
                An eighth of the bytes is read, so it is for indexes of many millions of passages. A hit in some hundred may be missing, \
                and every one that is there has its exact score. --recall measures it. With --mode hybrid all are scored.
                """))
    var fast = false

    @Flag(
        help: ArgumentHelp(
            "Measure --fast against the exact search, by the queries or, without one, by passages of the index.",
            discussion: "Nothing is printed of the hits. Times are those after a query was encoded."))
    var recall = false

    /// Whether the search is by meaning where no mode is given.
    var isAsked: Bool { fast || recall }

    /// As many passages of the index are queries where none is given.
    static let drawnQueries = 200

    /// Refuses what makes no sense.
    ///
    /// - Throws: `ValidationError`, which ends the program with 64.
    func check(_ mode: SearchOptions.Mode?) throws {
        guard mode != .lexical || !(fast || recall) else {
            throw ValidationError(
                "--mode lexical is exact and fast: \(recall ? "--recall" : "--fast") is about meaning.")
        }
    }

    /// Measures and prints; returns how many queries there were.
    func measure(
        _ searcher: Searcher, _ queries: any QuerySource, limit: Int, isDrawn: Bool, isJSON: Bool
    ) async throws -> Int {
        if let refusal = searcher.fastRefusal { throw ConsoleError(.input, refusal) }
        guard let recall = try await searcher.recall(queries, limit: limit) else { return 0 }
        try StandardStream.output.write(isJSON ? recall.json + "\n" : recall.text(isDrawn: isDrawn))
        return recall.queries
    }
}

extension Recall {
    /// Two lines, one for each kind of search.
    fileprivate func text(isDrawn: Bool) -> String {
        let asked =
            isDrawn
            ? "\(Figures.counted(queries, "passage")) of the index as queries"
            : queries == 1 ? "1 query" : "\(Figures.grouped(queries)) queries"
        func line(_ name: String, _ time: Duration, _ found: String) -> String {
            "\(name)  \(Figures.decimals(time / .milliseconds(1), 2)) ms a query, \(found)\n"
        }
        return "\(asked), the first \(limit) of \(Figures.grouped(rows)) passages\n"
            + line("exact", exact, "all of them")
            + line(
                "fast ", fast,
                "\(Figures.decimals(overlap * 100, 2)) % of them, and \(Figures.decimals(least * 100, 0)) % at least")
    }
}
