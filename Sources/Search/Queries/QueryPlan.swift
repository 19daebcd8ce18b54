import Encoding
import Lexicon
import Quantization
import Shards

/// A query that is ready to be answered.
struct QueryPlan: Sendable {
    let expression: QueryExpression
    let ranking: RankingQuery
    /// What is marked in its hits.
    let marks: QueryMarks
    /// Whether the model reads only the beginning of the query.
    let isTruncated: Bool
    /// The names in its conditions that mean no document.
    let unknownDocuments: [String]
    /// The passages whose text was read for its conditions.
    let readRows: Int
}

/// The vector of a query, as the rows are compared with it.
private struct PlannedVector {
    let vector: ScoringQuery
    /// The same for the signs of the rows, in a fast search.
    let signs: ScoringQuery?
    /// Whether the model reads only the beginning of the query.
    let isTruncated: Bool
}

extension Searcher {
    /// Prepares queries: reads their operators, selects the rows that meet their conditions, and encodes the rest.
    ///
    /// - Parameters:
    ///   - queries: the queries.
    ///   - times: counts how long it took.
    /// - Returns: a plan for each.
    /// - Throws: `ShardsError` for damaged tables, terms or text, `EncodingError`, `LexiconError` for a missing stemmer.
    func plans(
        for queries: [Query], _ times: inout StageTimes
    ) async throws -> [QueryPlan] {
        var start = ContinuousClock.now
        let fields = options.isLiteral ? [] : try fieldNames.names(for: queries)
        let expressions = queries.map { query in
            options.isLiteral || query.vector != nil
                ? QueryExpression(literal: query.text)
                : QueryExpression(parsing: query.text, isField: fields.contains)
        }
        var selected: [ConditionedRows] = []
        for (query, expression) in zip(queries, expressions) {
            let rows = query.vector?.rows(of: snapshot, among: filtered?.selection) ?? filtered?.selection
            selected.append(
                try await expression.rows(
                    of: snapshot, among: rows, try analyzer(for: expression), threads: threads))
        }
        let words = try words(of: expressions)
        times.add(.select, since: start)
        start = ContinuousClock.now
        let vectors = try await vectors(of: queries, expressions.map(\.text))
        times.add(.encode, since: start)
        let leastScore = options.leastScore ?? -.infinity
        return queries.indices.map { index in
            let (expression, selection) = (expressions[index], selected[index].selection)
            var ranking =
                expression.text.isEmpty && vectors[index] == nil
                ? RankingQuery(listing: selection, leastScore: leastScore)
                : RankingQuery(
                    vectors[index]?.vector, words[index].terms, weight: lexicalWeight,
                    signs: vectors[index]?.signs, among: selection, leastScore: leastScore)
            ranking.namesDocuments = options.namesDocuments || expression.namesDocuments
            return QueryPlan(
                expression: expression, ranking: ranking,
                marks: words[index].marks, isTruncated: vectors[index]?.isTruncated ?? false,
                unknownDocuments: selected[index].unknownDocuments,
                readRows: selected[index].readRows)
        }
    }

    /// The rules that the conditions of a query are read by.
    private func analyzer(for expression: QueryExpression) throws(ShardsError) -> Analyzer {
        if let analyzer { return analyzer }
        guard expression.passages.isEmpty else {
            throw Self.missing(snapshot.manifest.identity.analyzer ?? "", "--literal", snapshot)
        }
        return Analyzer()
    }

    /// The vectors of queries, and whether the model reads only the beginning of one.
    ///
    /// - Parameters:
    ///   - queries: the queries, of which some may be vectors already.
    ///   - texts: what is ranked by of each.
    /// - Returns: one for each query; nil for an empty text, and for a text without a model.
    /// - Throws: `QuantizationError` for a vector that does not fit the index, `EncodingError`.
    private func vectors(of queries: [Query], _ texts: [String]) async throws -> [PlannedVector?] {
        var found: [PlannedVector?] = []
        for query in queries { found.append(try query.vector.map { try scoring($0.values, isTruncated: false) }) }
        let places = texts.indices.filter { !texts[$0].isEmpty }
        guard let running, !places.isEmpty else { return found }
        let prompt = options.prompt ?? running.model.folder.prompts.query
        let sequences = places.map { running.sequence(Array(texts[$0].utf8), prompt: prompt) }
        let vectors = try await running.pool.encode(sequences.map(\.ids), lane: .interactive)
        for (row, place) in places.enumerated() {
            found[place] = try scoring(Array(vectors[row]), isTruncated: sequences[row].isTruncated)
        }
        return found
    }

    /// A vector as the rows are compared with it.
    private func scoring(_ values: [Float], isTruncated: Bool) throws(QuantizationError) -> PlannedVector {
        PlannedVector(
            vector: try ScoringQuery(
                values.span, precision: snapshot.manifest.identity.precision, ranges: snapshot.ranges,
                scorer: options.scorer),
            signs: options.isFast && engine.hasSigns ? try ScoringQuery(coarse: values.span) : nil,
            isTruncated: isTruncated)
    }

    /// The words of queries: what the index knows of them, nil where nothing is searched by words, and what is marked.
    private func words(
        of expressions: [QueryExpression]
    ) throws -> [(terms: TermQuery?, marks: QueryMarks)] {
        guard let analyzer else { return expressions.map { _ in (nil, QueryMarks([], [], nil)) } }
        var reader = try TermReader(analyzer)
        return try expressions.map { expression in
            let words = VersionSpelling.adding(to: reader.words(of: Array(expression.text.utf8)))
            var phrases: [Phrase] = []
            for test in expression.passages.compactMap({ PassageTest($0, &reader) }) where !test.isExcluded {
                if case .phrase(let phrase) = test.wanted { phrases.append(phrase) }
            }
            guard let statistics else { return (nil, QueryMarks(words, phrases, nil)) }
            let terms = try TermQuery(words, in: snapshot, statistics)
            return (
                terms, QueryMarks(words, phrases, words.map { terms.rarity(of: $0, amongRows: statistics.rowCount) })
            )
        }
    }
}
