package import Quantization

/// How a search ranks.
package struct SearchOptions: Sendable, Equatable {
    /// What the rows are ranked by; the raw values are the words of `--mode`.
    package enum Mode: String, Sendable, CaseIterable, Codable {
        /// The sum of the cosine and the weighted score of the words.
        case hybrid
        /// The cosine alone.
        case semantic
        /// BM25 alone, for which no model is loaded.
        case lexical
    }

    package var mode: Mode
    package var scorer: Scorer
    /// The share of the words in a hybrid score, see `RankingQuery`; nil for that of the index's model.
    package var lexicalWeight: Double?
    /// What stands before a query for the encoder; nil for the model's own prompt.
    package var prompt: String?
    /// Whether only candidates by signs are scored in a search by meaning, see `SearchEngine.rankedFast`; an index without signs is searched exactly.
    package var isFast = false
    /// Which documents are searched.
    package var filter = RowFilter()
    /// Whether the filter names documents.
    package var namesDocuments = false
    /// The least score of a hit; nil for any.
    package var leastScore: Double?
    /// The lines of the document to read before and after the sentence of a hit; nil for none.
    package var contextLines: Int?
    /// Whether answers say why they are so.
    package var isExplained = false
    /// Whether queries are text, without operators; see `QueryExpression`.
    package var isLiteral = false
    /// Whether all queries are vectors, so that no model is loaded; the mode is semantic then.
    package var isByVectors = false

    /// The best over three judged collections with the default model; from 0.045 to 0.055 nothing changes by half a percent.
    ///
    /// Other models spread their cosines otherwise: the ranges that the daemon makes for them tell the weight, see `CosineSpread`.
    package static let defaultLexicalWeight = 0.05

    package init(
        mode: Mode = .hybrid, scorer: Scorer = .folded, lexicalWeight: Double? = nil
    ) {
        self.mode = mode
        self.scorer = scorer
        self.lexicalWeight = lexicalWeight
    }
}
