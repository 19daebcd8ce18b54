import Quantization
package import Shards

/// Makes the pages of hits of queries that share one pass over the codes.
package struct HitListing {
    private let engine: SearchEngine
    private let page: HitPage
    private let queries: [RankingQuery]
    private let labels: [String]
    private var walks: [HitWalk]
    /// What was read for each query.
    private var tallies: [RankingTally]
    private var times = StageTimes()
    /// A page that is not full after the first rows reads more of the same frames.
    private let frames: FrameCache

    private init(
        _ engine: SearchEngine, _ page: HitPage, _ queries: [RankingQuery], _ labels: [String], _ frames: FrameCache
    ) {
        self.frames = frames
        self.engine = engine
        self.page = page
        self.queries = queries
        self.labels = labels
        let rowCount = engine.snapshot.rowCount
        walks = queries.map { HitWalk(page.limited(namesDocuments: $0.namesDocuments), rowCount: rowCount) }
        tallies = queries.map { _ in RankingTally() }
    }

    /// The hits of each query on its page.
    ///
    /// - Throws: `ShardsError` when text or tables of a shard are damaged.
    package static func hits(
        _ engine: SearchEngine, _ page: HitPage, _ queries: [RankingQuery], _ labels: [String],
        _ frames: FrameCache = FrameCache()
    ) async throws -> [[SearchHit]] {
        try await answer(engine, page, queries, labels, frames).hits
    }

    /// The hits of queries, with what finding them took.
    struct Answer {
        var hits: [[SearchHit]]
        let tallies: [RankingTally]
        var times: StageTimes
    }

    /// The hits of each query on its page, with what finding them took.
    ///
    /// - Throws: `ShardsError` when text or tables of a shard are damaged.
    static func answer(
        _ engine: SearchEngine, _ page: HitPage, _ queries: [RankingQuery], _ labels: [String], _ frames: FrameCache
    ) async throws -> Answer {
        var listing = HitListing(engine, page, queries, labels, frames)
        try await listing.fill()
        if page.groupsByDocument { try await listing.fillGroups() }
        return Answer(hits: listing.walks.map(\.result), tallies: listing.tallies, times: listing.times)
    }

    /// Ranks some of the queries.
    private mutating func rank(
        _ places: [Int], _ queries: [RankingQuery], limit: Int
    ) async throws -> [Ranking] {
        let start = ContinuousClock.now
        let rankings = try await engine.ranked(queries, limit: limit)
        times.add(.scan, since: start)
        for (number, place) in places.enumerated() { tallies[place] += rankings[number].tally }
        return rankings
    }

    /// The rows that are ranked first for so many hits.
    ///
    /// A longer list costs next to nothing, and another pass over the codes a whole search.
    static func rowsToRank(for hits: Int, of rowCount: Int) -> Int { min(max(4 * hits, 64), max(rowCount, 1)) }

    /// Ranks, and ranks more where a page is not full, until it is or no row is left.
    private mutating func fill() async throws {
        let rowCount = engine.snapshot.rowCount
        let end = page.end(ofRows: rowCount)
        var limit = Self.rowsToRank(for: end, of: rowCount)
        var places = queries.indices.filter { !walks[$0].isComplete }
        while !places.isEmpty {
            let rankings = try await rank(places, places.map { queries[$0] }, limit: limit)
            var rest: [Int] = []
            // A longer list of a fast search may have a row among those that were walked over.
            let next = places.enumerated().map { number, place in
                let seen = Set(walks[place].rows)
                return (place, rankings[number].rows.filter { !seen.contains(Int($0.row)) }[...])
            }
            try walk(next, step: end + 1)
            for (number, place) in places.enumerated()
            where !walks[place].isComplete && rankings[number].rows.count == limit && limit < rowCount {
                rest.append(place)
            }
            places = rest
            limit = min(8 * limit, rowCount)
        }
    }

    /// Looks for the other passages of the documents on the page.
    private mutating func fillGroups() async throws {
        for place in queries.indices {
            let documents = walks[place].openDocuments
            guard !documents.isEmpty else { continue }
            walks[place].reopen()
            let seen = Set(walks[place].rows)
            let rows = documents.joined().lazy.filter { !seen.contains($0) }
            var selection = RowSelection(rows, of: engine.snapshot)
            if let base = queries[place].selection { selection.formIntersection(base) }
            let ranking = try await rank(
                [place], [queries[place].among(selection)], limit: documents.reduce(0) { $0 + $1.count })
            var next = ranking[0].rows[...]
            while !next.isEmpty, !walks[place].openDocuments.isEmpty {
                try walk([(place, next.prefix(256))], step: 256)
                next = next.dropFirst(256)
            }
        }
    }

    /// Goes on with walks over their rows, some rows of each at a time.
    private mutating func walk(_ rows: [(place: Int, rows: ArraySlice<RankedRow>)], step: Int) throws(ShardsError) {
        let start = ContinuousClock.now
        defer { times.add(.text, since: start) }
        var open = rows
        var step = step
        while !open.isEmpty {
            let passages = try engine.snapshot.passages(
                open.map { Array($0.rows.prefix(step)) }, for: open.map { labels[$0.place] }, frames)
            for (number, next) in open.enumerated() {
                for passage in passages[number] { walks[next.place].add(passage) }
            }
            open = open.compactMap { place, rows in
                let rest = rows.dropFirst(step)
                return rest.isEmpty || walks[place].isComplete ? nil : (place, rest)
            }
            step = min(2 * step, 1 << 12)
        }
    }
}
