package import Encoding
package import Lexicon
package import Quantization
package import SystemPackage

/// What decides how documents become rows: the index, the model, the passages.
package struct IndexingOptions: Sendable, Equatable {
    /// How documents become passages.
    package enum PassageMode: String, Sendable, Equatable, CaseIterable {
        /// Cut into passages of about the target size.
        case cut
        /// One passage each, of which the beginning is encoded.
        case whole
    }

    /// How codes lie in a shard.
    package enum CodesLayout: String, Sendable, Equatable, CaseIterable {
        case raw, compressed
    }

    package var indexDirectory: FilePath
    package var precision = Precision.int8
    package var codes = CodesLayout.raw
    /// A `.npy` file; nil for the shipped ranges or calibration.
    package var ranges: FilePath?
    package var calibrationPassages = 10_000
    package var calibrationMargin = 0.1

    package var modelDirectory: FilePath
    package var compute = ComputeChoice.automatic
    /// 0 means one for each core.
    package var workers = 0
    /// Whether prepared weights are kept for the next start, in `WeightsCache.standard`.
    package var hasWeightsCache = true

    /// The language whose words are found by their stems.
    package var language = Language.english

    package var passageMode = PassageMode.cut
    package var targetTokens = 220
    package var overlapTokens = 40

    /// How texts become terms.
    package var analyzer: Analyzer { Analyzer(language: language) }

    /// Everything at its default.
    package init(index: FilePath, model: FilePath) {
        indexDirectory = index
        modelDirectory = model
    }
}
