package import Encoding
import Identity
import Platform
package import Search
import Shards
package import Spool
import SystemPackage
import Text

/// The output of a search: hits for standard output, notes about them for standard error.
package struct SearchReport: Sendable {
    private let isJSON: Bool
    private let style: Style
    private let searcher: Searcher
    private let originals: Originals?
    private let page: HitPage

    /// Prints hits of a search.
    ///
    /// - Parameters:
    ///   - isJSON: whether for programs.
    ///   - style: the style for people.
    ///   - searcher: what answers.
    ///   - originals: finds the files that the hits are from; nil where no spool is known.
    ///   - page: the part of the ranking that is shown.
    package init(
        isJSON: Bool, style: Style, searcher: Searcher, originals: Originals? = nil, page: HitPage = HitPage()
    ) {
        self.page = page
        self.originals = originals
        self.isJSON = isJSON
        self.style = style
        self.searcher = searcher
    }

    /// Problems of the index or the machine that do not prevent the search; each line ends with a newline.
    package var warnings: String {
        let named = searcher.snapshot.manifest.identity.model.compute
        return damage + (searcher.compute.flatMap { Self.substitution(of: named, by: $0) } ?? "") + wordless
    }

    /// What a search by words cannot find.
    private var wordless: String {
        let count = searcher.rowsWithoutTerms
        guard count > 0 else { return "" }
        let all = searcher.snapshot.liveRowCount
        return
            "note: \(Figures.grouped(count)) of \(Figures.counted(all, "passage")) were indexed by an older program, "
            + "which stored no words: they are searched by meaning only\n"
    }

    private var damage: String {
        searcher.snapshot.damage.map { damage in
            "warning: \(TerminalText.visible("\(damage)"))\nwarning: an older generation is searched instead; "
                + "run vectorspool verify --index \(searcher.snapshot.directory.displayName)\n"
        }.joined()
    }

    /// A note for queries that are encoded in another way than the rows; nil where that makes no difference.
    package static func substitution(of named: String, by compute: Compute) -> String? {
        guard named == Compute.int8.rawValue, compute != .int8 else { return nil }
        return "note: the index was made with int8, which this processor cannot compute; the query is encoded with "
            + "\(compute.rawValue), and the ranking may differ a little\n"
    }

    /// Notes for the reader of the hits.
    package func notes(on answer: QueryAnswer) -> String {
        var notes = ""
        if answer.query.text.allSatisfy(\.isWhitespace) {
            notes += "note: the query is empty; the hits are those nearest to an empty text\n"
        }
        if answer.isTruncated, let length = searcher.maximumLength {
            notes += "note: the query has more than \(length) tokens; only its beginning was searched for by meaning\n"
        }
        if answer.hits.isEmpty {
            notes += "nothing found: " + reason + "\n"
        }
        return notes
    }

    /// Why nothing was found.
    private var reason: String {
        if searcher.snapshot.liveRowCount == 0 { return "the index has no rows" }
        if page.offset > 0 { return "fewer passages than --offset \(page.offset) leaves out" }
        return searcher.isRestricted
            ? "no passage meets the conditions of the search" : "no passage has a word of the query"
    }

    /// The hits of a query; when it `isOneOfMany`, its label comes first.
    package func text(_ answer: QueryAnswer, isOneOfMany: Bool) -> String {
        if isJSON { return answer.hits.map { $0.json(path: path(of: $0)) + "\n" }.joined() }
        let heading =
            isOneOfMany ? style.dressed("# " + TerminalText.visible(answer.query.label), .strong) + "\n" : ""
        return heading + answer.hits.map { $0.formatted(style, path: path(of: $0)) }.joined()
    }

    /// Where the file of a hit lies now.
    private func path(of hit: SearchHit) -> String? {
        guard let originals, let file = hit.file, let path = FilePath(bytes: file.path) else { return nil }
        return originals.file(of: path, modified: file.modified, contents: file.digest.map { .whole($0) } ?? .part)?
            .displayName
    }
}

extension SearchHit {
    /// The hit for a person: rank, score and place on the first line, and up to three lines of the passage below.
    ///
    /// A path, where the dropped file is known to lie, has a line of its own.
    package func formatted(_ style: Style, path: String? = nil) -> String {
        let place = TerminalText.visible(document)
        let number = String(repeating: " ", count: max(0, 3 - "\(rank)".count)) + "\(rank)"
        let snippet = Snippet(of: text, query: query, columns: style.columns - 5, limit: 3) {
            style.dressed($0, .match)
        }
        let heading =
            style.dressed(number, .strong) + "  " + style.dressed(Self.shown(score), .good) + "  "
            + style.dressed(place, .path) + style.dressed(":" + lineRange, .faint)
        let file = path.map { ["     " + style.dressed($0, .faint)] } ?? []
        return ([heading] + file + snippet.lines.map { "     " + $0 }).map { $0 + "\n" }.joined()
            + placesFormatted(style)
    }

    /// A further passage of the document above it, for a person.
    func formattedBelow(_ style: Style) -> String {
        let snippet = Snippet(of: text, query: query, columns: style.columns - 5, limit: 3) {
            style.dressed($0, .match)
        }
        let heading = "     " + style.dressed(Self.shown(score), .good) + style.dressed("  :" + lineRange, .faint)
        return ([heading] + snippet.lines.map { "     " + $0 }).map { $0 + "\n" }.joined() + placesFormatted(style)
    }

    private var lineRange: String {
        lines.count == 1 ? "\(lines.lowerBound)" : "\(lines.lowerBound)-\(lines.upperBound)"
    }

    /// Four decimals, the most that distinguish two vectors of this length; scores of codes are whole numbers.
    private static func shown(_ score: Double) -> String {
        guard score.isFinite, score.magnitude < 1e12 else { return "\(score)" }
        if score.magnitude >= 2, score == score.rounded() { return "\(Int(score))" }
        return Figures.decimals(score, 4)
    }
}
