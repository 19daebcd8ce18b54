/// What a stream of texts came to, so far or in all.
package struct EncodingReport: Sendable, Equatable {
    /// Texts encoded, one vector each.
    package var texts = 0
    /// Ids that the model computed, `[CLS]` and `[SEP]` of each text included.
    package var tokens = 0
    /// Texts of which only the beginning was encoded, because the model takes no more.
    package var truncatedTexts = 0
    /// Seconds from the first text to the last vector; loading the model is not counted.
    package var seconds = 0.0

    package init() {}

    /// The throughput.
    package var tokensPerSecond: Double { seconds > 0 ? Double(tokens) / seconds : 0 }
}
