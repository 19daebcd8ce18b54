import Lexicon
import Quantization
import Shards
import Text

/// What a query was ranked by, and what answering it took.
package struct QueryExplanation: Sendable, Equatable {
    /// A term of the query.
    package struct Term: Sendable, Equatable {
        /// The term; it is text, since terms are made of characters.
        package let text: String
        /// The passages in which it stands, superseded ones too.
        package let rows: Int
        /// The logarithm of how rare it is (idf).
        package let weight: Double
        /// Whether it counts only where the whole word does not stand.
        package let isAlternative: Bool
    }

    /// The terms in the order of the query; none where nothing is ranked by words.
    package let terms: [Term]
    /// The conditions as people type them.
    package let conditions: [String]
    /// The passages whose text was read to check the conditions.
    package let checkedRows: Int
    package let tally: RankingTally
    /// The blocks of postings that the terms have.
    package let blocks: Int
    /// How long the stages took, for all queries that were answered at the same time.
    package let times: StageTimes
    /// The number of those queries.
    package let queryCount: Int

    /// It as a JSON object.
    var json: String {
        var object = JSONObject()
        let shown = terms.map { term in
            var object = JSONObject()
            object.add("term", term.text)
            object.add("idf", term.weight)
            object.add("passages", term.rows)
            object.add("alternative", term.isAlternative)
            return object.text
        }
        object.add("terms", rawJSON: "[" + shown.joined(separator: ",") + "]")
        object.add("conditions", conditions)
        object.add("passages_checked", checkedRows)
        object.add("rows_scanned", tally.scannedRows)
        object.add("bytes_read", tally.codeBytes)
        object.add("rows_completed", tally.completedRows)
        object.add("blocks_read", tally.readBlocks)
        object.add("blocks_skipped", skippedBlocks)
        var seconds = JSONObject()
        for (stage, time) in times.all { seconds.add(stage.rawValue, time / .seconds(1)) }
        object.add("seconds", rawJSON: seconds.text)
        object.add("queries", queryCount)
        return object.text
    }

    /// The blocks of postings that were not read.
    package var skippedBlocks: Int { max(blocks - tally.readBlocks, 0) }
}

/// Why a hit has its score, which is the sum of these parts.
package struct HitExplanation: Sendable, Equatable {
    /// What a word adds to the score.
    package struct Word: Sendable, Equatable {
        /// The term that stands in the passage.
        package let term: String
        package let weight: Double
    }

    /// The cosine of query and passage; nil where nothing is ranked by meaning.
    package let cosine: Double?
    package let words: [Word]

    /// It as a JSON object.
    var json: String {
        var object = JSONObject()
        if let cosine { object.add("cosine", cosine) } else { object.add("cosine", rawJSON: "null") }
        let shown = words.map { word in
            var object = JSONObject()
            object.add("term", word.term)
            object.add("weight", word.weight)
            return object.text
        }
        object.add("words", rawJSON: "[" + shown.joined(separator: ",") + "]")
        return object.text
    }
}

extension QueryAnswer {
    /// The line of JSON that explains the answer, after those of its hits; nil where nobody asked.
    package var explanationJSON: String? {
        explanation.map { explanation in
            var object = JSONObject()
            object.add("query", query.label)
            object.add("explain", rawJSON: explanation.json)
            return object.text
        }
    }
}
