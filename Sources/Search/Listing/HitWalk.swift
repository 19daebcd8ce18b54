/// Goes through a ranking from its best row, and makes hits of it until the page is full.
///
/// A passage whose text is that of a hit is no hit but is listed with it. A document that has its number of hits gets no more.
/// The walk ends before the first hit after the page, so what is listed with a hit are the equal passages that rank before that one.
/// The page depends on the ranking alone, never on how many rows are ranked at a time.
struct HitWalk {
    private let page: HitPage
    private let end: Int
    /// The hits so far, those before the page too; the first of each document where they are grouped.
    private var hits: [SearchHit] = []
    /// The place of the hit with a text, and for a further one of its document also the place among these.
    private var texts: [String: (hit: Int, further: Int?)] = [:]
    /// For each document, by its first row, the number of its hits and the place of its first.
    private var documents: [Int: (count: Int, hit: Int, rows: Range<Int>)] = [:]
    /// Whether the page is full.
    private(set) var isComplete = false
    /// The rows that were looked at.
    private(set) var rows: [Int] = []

    /// Begins a walk over the ranking of an index with so many rows.
    init(_ page: HitPage, rowCount: Int) {
        self.page = page
        end = page.end(ofRows: rowCount)
        isComplete = page.limit == 0
    }

    /// The hits of the page, numbered from its offset.
    var result: [SearchHit] {
        hits.enumerated().dropFirst(page.offset).map { place, hit in
            var hit = hit
            hit.rank = place + 1
            return hit
        }
    }

    /// The rows of the documents on the page that may have more hits, where they are grouped.
    var openDocuments: [Range<Int>] {
        documents.values.filter { $0.hit >= page.offset && isOpen($0.count) }.map(\.rows)
    }

    /// Goes on with rows of the documents on the page alone.
    mutating func reopen() { isComplete = false }

    private func isOpen(_ count: Int) -> Bool {
        let limit = page.perDocument ?? HitPage.defaultPerDocument
        return limit == 0 || count < limit
    }

    /// Looks at the next row of the ranking.
    mutating func add(_ passage: RankedPassage) {
        guard !isComplete else { return }
        let key = passage.documentRows.lowerBound
        if let place = texts[passage.hit.text] {
            rows.append(passage.row)
            if let further = place.further {
                hits[place.hit].further[further].copies.append(SearchHit.Place(passage.hit))
            } else {
                hits[place.hit].copies.append(SearchHit.Place(passage.hit))
            }
            return
        }
        let known = documents[key]
        if let known, !isOpen(known.count) {
            rows.append(passage.row)
            return
        }
        if let known, page.groupsByDocument {
            rows.append(passage.row)
            hits[known.hit].further.append(passage.hit)
            texts[passage.hit.text] = (known.hit, hits[known.hit].further.count - 1)
            documents[key]?.count += 1
            return
        }
        guard hits.count < end else {
            isComplete = true
            return
        }
        rows.append(passage.row)
        hits.append(passage.hit)
        texts[passage.hit.text] = (hits.count - 1, nil)
        documents[key] = ((known?.count ?? 0) + 1, known?.hit ?? hits.count - 1, passage.documentRows)
    }
}
