package import Search
import Text

/// What a search says of its filters, and the counts that it prints in place of hits.
package struct SelectingReport: Sendable {
    private let filtered: FilteredRows?

    /// Reports on the rows that a filter leaves; nil for a search without one.
    package init(_ filtered: FilteredRows?) { self.filtered = filtered }

    /// Notes on parts of the filter that no document of the index has anything to do with; each line ends with a newline.
    package var notes: String {
        guard let filtered else { return "" }
        let keys = filtered.unknownKeys.map { key in
            "note: no document has the key \(TerminalText.excerpt(key))" + Self.advice(on: key, filtered.knownKeys)
                + "\n"
        }
        let documents = filtered.unknownDocuments.map {
            "note: no document is named \(TerminalText.visible($0)); --path selects by pattern and folder\n"
        }
        return (keys + documents).joined()
    }

    /// The keys that may be meant.
    private static func advice(on key: String, _ known: [String]) -> String {
        guard !known.isEmpty else { return "; no document of the index has metadata" }
        let nearest = LikeWord.nearest(to: key, among: known)
        let ending = known.filter { $0.hasSuffix("." + key) || $0.hasPrefix(key + ".") }
        let meant = ([nearest].compactMap(\.self) + ending.filter { $0 != nearest }).prefix(3)
        let shown = (meant.isEmpty ? known[...].prefix(8) : meant[...]).map { TerminalText.excerpt($0) }
        let list = shown.joined(separator: ", ")
        return meant.isEmpty
            ? "; there are \(list)" + (known.count > shown.count ? " and \(known.count - shown.count) more" : "")
            : "; is \(list) meant?"
    }

    /// A count as a line of JSON or for people.
    package static func line(_ query: Query, _ count: SelectedCount, isJSON: Bool, isOneOfMany: Bool) -> String {
        guard isJSON else {
            let label = isOneOfMany ? TerminalText.visible(query.label) + ": " : ""
            return label + Figures.counted(count.passages, "passage") + " in "
                + Figures.counted(count.documents, "document") + "\n"
        }
        var object = JSONObject()
        object.add("query", query.label)
        object.add("passages", count.passages)
        object.add("documents", count.documents)
        return object.text + "\n"
    }
}

extension SearchHit {
    /// The lines below a hit for a person: where else it stands, and the other passages of its document.
    func placesFormatted(_ layout: HitLayout) -> String {
        var lines: [String] = []
        if !copies.isEmpty {
            let shown = copies.prefix(3).map { place in
                TerminalText.visible(place.document) + ":\(place.lines.lowerBound)"
            }
            let rest = copies.count > shown.count ? " and \(Figures.grouped(copies.count - shown.count)) more" : ""
            lines.append("     " + layout.style.dressed("also in " + shown.joined(separator: ", ") + rest, .faint))
        }
        let others = further.map { $0.formattedBelow(layout) }.joined()
        return lines.map { $0 + "\n" }.joined() + others
    }
}
