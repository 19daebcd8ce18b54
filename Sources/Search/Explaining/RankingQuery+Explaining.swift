import Quantization
import Shards

extension RankingQuery {
    /// Why a row of a snapshot has its score.
    ///
    /// - Throws: `ShardsError` of code `.corrupt` for damaged terms.
    func explanation(ofRow row: Int, in snapshot: Snapshot) throws(ShardsError) -> HitExplanation {
        let place = snapshot.locate(row: row)
        let reader = snapshot.shards[place.shard].reader
        let cosine = vector.map { vector in
            var scores = [0.0]
            var span = scores.mutableSpan
            vector.score(reader.codeBytes, at: [reader.codeOffset(ofRow: place.row)], into: &span)
            return scores[0]
        }
        guard let terms, let known = reader.terms else { return HitExplanation(cosine: cosine, words: []) }
        let words = try terms.matches(inRow: place.row, ofShard: place.shard, known).map { match in
            HitExplanation.Word(
                term: String(decoding: terms.terms[match.term].bytes, as: UTF8.self), weight: termWeight * match.score)
        }
        return HitExplanation(cosine: cosine, words: words)
    }
}

extension SearchHit {
    /// Adds why it has its score.
    mutating func explain(by query: RankingQuery, in snapshot: Snapshot) throws(ShardsError) {
        guard let rows else { return }
        explanation = try query.explanation(ofRow: rows.row, in: snapshot)
    }
}

extension TermQuery {
    /// The terms in the order of the query.
    var explained: [QueryExplanation.Term] {
        var seen: Set<Int> = []
        return words.flatMap { word in
            [(word.primary, false)] + word.alternatives.map { ($0, true) }
        }.filter { seen.insert($0.0).inserted }.map { place, isAlternative in
            let term = terms[place]
            return QueryExplanation.Term(
                text: String(decoding: term.bytes, as: UTF8.self), rows: term.rowCount, weight: term.weight,
                isAlternative: isAlternative)
        }
    }

    /// The blocks of postings of its terms in all shards.
    var blockCount: Int {
        terms.reduce(0) { $0 + $1.postings.reduce(0) { $0 + ($1?.blockCount ?? 0) } }
    }
}
