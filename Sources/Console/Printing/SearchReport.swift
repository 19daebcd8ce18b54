package import Encoding
import Identity
import Platform
package import Search
import Shards
import Spool
import SystemPackage
import Text

/// The output of a search: hits for standard output, notes about them for standard error.
package struct SearchReport: Sendable {
    private let format: ShowingOption.Format
    private let layout: HitLayout
    private let searcher: Searcher
    private let originals: Originals?
    private let page: HitPage
    private let itemLines = ItemLines()

    /// Prints hits of a search.
    ///
    /// - Parameters:
    ///   - format: the form of the list.
    ///   - layout: the form of a hit for people.
    ///   - searcher: what answers.
    ///   - originals: finds the files that the hits are from; nil where no spool is known.
    ///   - page: the part of the ranking that is shown.
    init(
        _ format: ShowingOption.Format, _ layout: HitLayout, searcher: Searcher, originals: Originals? = nil,
        page: HitPage = HitPage()
    ) {
        self.page = page
        self.originals = originals
        self.format = format
        self.layout = layout
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

    /// Notes for the reader of the hits; each names its query when it `isOneOfMany`.
    package func notes(on answer: QueryAnswer, isOneOfMany: Bool = false) -> String {
        let notes = notes(on: answer)
        guard isOneOfMany else { return notes }
        let label = TerminalText.excerpt(answer.query.label, limit: 60) + ": "
        return notes.split(separator: "\n").map { label + $0 + "\n" }.joined()
    }

    private func notes(on answer: QueryAnswer) -> String {
        var notes = ""
        if answer.isTruncated, let length = searcher.maximumLength {
            notes += "note: the query has more than \(length) tokens; only its beginning was searched for by meaning\n"
        }
        for name in answer.unknownDocuments {
            notes += "note: no document is named \(TerminalText.visible(name)); path: selects by pattern and folder\n"
        }
        if answer.hits.isEmpty {
            notes += "nothing found: " + reason(for: answer) + "\n"
        }
        return notes
    }

    /// Why nothing was found.
    private func reason(for answer: QueryAnswer) -> String {
        if searcher.snapshot.liveRowCount == 0 { return "the index has no rows" }
        if let vector = answer.query.vector, !vector.excludedRows.isEmpty, page.offset == 0 {
            return "no other document"
                + (searcher.isRestricted ? " meets the conditions of the search" : " is in the index")
        }
        if page.offset > 0 { return "fewer passages than --offset \(page.offset) leaves out" }
        if !answer.conditions.isEmpty {
            let conditions = TerminalText.excerpt(answer.conditions.joined(separator: " "), limit: 200)
            return searcher.isRestricted
                ? "no passage meets the conditions of the query, \(conditions), and those of the search"
                : "no passage meets the conditions of the query, \(conditions); --literal searches for them as text"
        }
        return searcher.isRestricted
            ? "no passage meets the conditions of the search" : "no passage has a word of the query"
    }

    /// The hits of a query; for people its label comes first when it `isOneOfMany`.
    package func text(_ answer: QueryAnswer, isOneOfMany: Bool) -> String {
        switch format {
        case .json:
            return
                (answer.hits.map { hit in
                    let file = file(of: hit)
                    return hit.json(path: file?.path.string, fileLine: file?.line)
                } + [answer.explanationJSON].compactMap(\.self))
                .map { $0 + "\n" }.joined()
        case .vimgrep:
            return answer.hits.map { hit in
                let file = file(of: hit)
                return ([hit] + hit.further).map { $0.vimgrep(path: file?.path.displayName, fileLine: file?.line) }
                    .joined()
            }.joined()
        case .text:
            let label = layout.style.dressed("# " + TerminalText.visible(answer.query.label), .strong)
            let heading = isOneOfMany ? label + "\n" : ""
            return heading
                + answer.hits.map { hit in
                    let file = file(of: hit)
                    return hit.formatted(
                        layout, path: file.map { $0.path.displayName + ($0.line.map { ":\($0)" } ?? "") })
                }.joined()
                + (answer.explanation.map { $0.formatted(layout.style) } ?? "")
        }
    }

    /// Where the file of a hit lies now, and the line of it that is the document, where it has several.
    private func file(of hit: SearchHit) -> (path: FilePath, line: Int?)? {
        guard let originals, let file = hit.file, let path = FilePath(bytes: file.path),
            let place = originals.file(
                of: path, modified: file.modified, size: file.size, contents: file.digest.map { .whole($0) } ?? .part)
        else { return nil }
        return (place, file.item.flatMap { itemLines.line(of: $0, in: place) })
    }
}
