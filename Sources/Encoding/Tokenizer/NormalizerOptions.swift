/// The switches of the reference library's `BertNormalizer`.
package struct NormalizerOptions: Sendable, Hashable {
    /// Removes control characters and turns every kind of white space into a space.
    package var cleansText = true
    /// Makes every CJK ideograph a word of its own.
    package var isolatesIdeographs = true
    /// Decomposes and drops nonspacing marks; nil follows `lowercases`, as in the original BERT.
    package var stripsAccents: Bool?
    /// Lower-cases code point by code point, so without the rule for a final sigma.
    package var lowercases = true

    package init() {}
}
