/// The lengths of passages, in tokens of the model without [CLS] and [SEP].
package struct PassageLimits: Sendable, Hashable {
    /// The most tokens of a passage; the model would not see more.
    package let budget: Int
    /// The preferred length: passages are cut at the best position up to here.
    package let target: Int
    /// The most tokens at the end of a passage that the next one repeats.
    package let overlap: Int
    /// A section shorter than this does not end a passage.
    package let minimum: Int

    /// The defaults for a model that reads 256 tokens: 220 with an overlap of 40, at most 254.
    package static let standard = PassageLimits(scaledTo: 254)

    /// Checks and stores the caller's limits.
    ///
    /// Throws `EncodingError` of code `.input` if passages could not advance: the target must be within the budget,
    /// overlap and minimum within half the target.
    package init(budget: Int, target: Int, overlap: Int, minimum: Int = 32) throws(EncodingError) {
        guard target >= 2, target <= budget else {
            throw EncodingError(
                .input,
                "passages of \(target) tokens do not fit: choose 2 to \(budget), the most the model reads at once")
        }
        guard overlap >= 0, overlap < target / 2 else {
            throw EncodingError(
                .input, "an overlap of \(overlap) tokens is too much: choose less than half of \(target)")
        }
        self.budget = budget
        self.target = target
        self.overlap = overlap
        self.minimum = max(1, min(minimum, target / 2))
    }

    /// Takes the default proportions for a model that reads `maximumLength` tokens, [CLS] and [SEP] included.
    ///
    /// - Throws: `EncodingError` of code `.unsupported` for fewer than four tokens.
    package init(maximumLength: Int) throws(EncodingError) {
        guard maximumLength >= 4 else {
            throw EncodingError(.unsupported, "a model that reads \(maximumLength) tokens at once cannot read passages")
        }
        self.init(scaledTo: maximumLength - 2)
    }

    /// Longer models get no longer passages: about 200 tokens retrieve best (Smith and Troynikov 2024).
    private init(scaledTo budget: Int) {
        self.budget = budget
        target = max(2, min(220, budget * 220 / 254))
        overlap = min(40, target * 40 / 220)
        minimum = max(1, min(32, target / 2))
    }
}
