package import Encoding

extension EncodingReport {
    /// What was done, in one line: `encoded 2,000 texts, 350,123 tokens in 12.3 s: 28,464 tokens/s (bfloat16)`.
    ///
    /// - Parameters:
    ///   - noun: what was encoded: `text`, `passage`.
    ///   - encoder: tells arithmetic, workers and the length that it takes.
    package func summary(noun: String, encoder: SentenceEncoder) -> String {
        var line = "encoded \(Figures.counted(texts, noun)), \(Figures.counted(tokens, "token")) in "
        line += "\(Figures.decimals(seconds, 2)) s: \(Figures.grouped(Int(tokensPerSecond))) tokens/s "
        line += "(\(encoder.model.compute.rawValue), \(Figures.counted(encoder.workerCount, "worker")))"
        if truncatedTexts > 0 {
            let length = encoder.model.maximumLength
            line +=
                "\n\(Figures.counted(truncatedTexts, noun)) had more than \(length) tokens: the rest was not encoded"
        }
        return line
    }

    /// What has been done so far, for a progress line.
    package func progress(noun: String) -> String {
        "\(Figures.counted(texts, noun)), \(Figures.counted(tokens, "token")), "
            + "\(Figures.grouped(Int(tokensPerSecond))) tokens/s"
    }
}
