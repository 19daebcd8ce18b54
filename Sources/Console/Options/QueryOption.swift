import ArgumentParser
import Identity
import Platform
import Search
import SystemPackage
import Text

/// What to search for: a text, a file of texts or of vectors, or what is like a document.
struct QueryOption: ParsableArguments {
    @Argument(help: ArgumentHelp("The text to search for.", valueName: "query"))
    var words: [String] = []

    @Flag(help: "Search for the text as it is: + - \" and : are no operators.")
    var literal = false

    @Option(
        help: ArgumentHelp(
            "Search for each line of a file; - is standard input.",
            discussion: """
                Where its first line that is not blank begins with {, each line is a JSON object with a `text` and, where it likes, an \
                `id`, by which hits name the query; otherwise each line is a query as it would be typed, without the quotes that the \
                shell takes away. Blank lines are skipped. Answers come in order, and are printed as soon as no more queries are there, so \
                another program may send queries through a pipe one by one. A line that is no query ends the search, after the \
                answers to those before it.
                """,
            valueName: "file"))
    var queries: FilePath?

    @Option(
        help: ArgumentHelp(
            "Search for each row of a NumPy file of vectors, by meaning and without a model.",
            discussion: """
                Rows are float32, float16 or float64 and have the dimension of the index; hits name a query by the number of its row, \
                from 0. They are used as they are: a row that is not of length 1 has scores so many times as large, in the same order.
                """,
            valueName: "file"))
    var queryVectors: FilePath?

    @Option(
        help: ArgumentHelp(
            "Search for passages like those of a document, by meaning and without a model.",
            discussion: """
                It is named as hits name it, or a part of it as 'vectorspool show' takes it: a.md:3-9, a.md#2. Its vector is the mean of \
                those of its passages in the index, and none of its own passages is a hit.
                """,
            valueName: "document"))
    var like: String?

    /// The words as one query.
    var text: String { words.joined(separator: " ") }
    /// Whether it is one of several queries, perhaps, so that each answer says to which it belongs.
    var isOneOfMany: Bool { queries != nil || queryVectors != nil }
    /// The option whose queries are vectors; nil where they are texts.
    private var vectorOption: String? { queryVectors != nil ? "--query-vectors" : like != nil ? "--like" : nil }
    /// Whether queries may come one by one, from a person or another program, who waits for each answer.
    var isAskedOneByOne: Bool { queries.map { (try? FileStatus.followingLinks($0))?.kind != .regular } ?? false }
    /// Whether there is a query at all.
    var isGiven: Bool { !words.isEmpty || queries != nil || isByVectors }
    /// Whether queries are texts.
    var isText: Bool { isGiven && !isByVectors }
    /// Whether no text becomes a vector.
    var isByVectors: Bool { vectorOption != nil }

    /// Refuses what makes no sense.
    ///
    /// - Throws: `ValidationError`, which ends the program with 64.
    func check(_ mode: SearchOptions.Mode?) throws {
        guard [!words.isEmpty, queries != nil, queryVectors != nil, like != nil].count(where: \.self) == 1 else {
            throw ValidationError("Give either a query, --queries FILE, --query-vectors FILE or --like DOCUMENT.")
        }
        if !words.isEmpty, text.allSatisfy(\.isWhitespace) {
            throw ValidationError("The query is empty: give a text to search for.")
        }
        if let like, like.isEmpty {
            throw ValidationError("--like is empty: give the name of a document as hits print it.")
        }
        if let vectorOption, let mode, mode != .semantic {
            throw ValidationError(
                "--mode \(mode.rawValue) ranks by words, and \(vectorOption) has none: leave --mode out. To search among passages with a "
                    + "word, give a query.")
        }
    }

    /// Where the queries come from.
    enum Source {
        case text(Query)
        case texts(QueryFile)
        case vectors(VectorQueries)
        case document(DocumentName, label: String)
    }

    /// Opens what the queries are read from.
    ///
    /// - Throws: `PlatformError` where a file cannot be opened, `ConsoleError` for one that is no NumPy file of vectors.
    func source() throws -> Source {
        if let queries { return .texts(try QueryFile(queries)) }
        if let queryVectors { return .vectors(try VectorQueries(queryVectors)) }
        guard let like else { return .text(Query(text: text)) }
        return .document(DocumentName(TypedArguments.current.bytes(of: like)), label: like)
    }
}

extension QueryOption.Source {
    /// The queries for an index.
    ///
    /// - Throws: `ConsoleError` for vectors of another dimension, `UnknownDocument`, `ShardsError` for a damaged index.
    func queries(for searcher: Searcher) async throws -> any QuerySource {
        switch self {
        case .text(let query): return QueryList([query])
        case .texts(let file): return file
        case .vectors(let file):
            try await file.check(against: searcher.snapshot)
            return file
        case .document(let name, let label):
            guard let query = try searcher.snapshot.query(like: name, label: label) else {
                throw UnknownDocument(name)
            }
            return QueryList([query])
        }
    }
}
