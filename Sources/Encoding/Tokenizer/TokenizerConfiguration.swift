/// The parts of a WordPiece tokenizer, as in a model's folder.
package struct TokenizerConfiguration: Sendable {
    package var normalizer = NormalizerOptions()
    /// The prefix of vocabulary tokens that continue a word.
    package var continuingPrefix = Array("##".utf8)
    /// A word of more scalars than this becomes one unknown token.
    package var maximumWordLength = 100
    /// The token for a word that cannot be composed of others.
    package var unknownToken = Array("[UNK]".utf8)
    /// The token before every sequence.
    package var classifierToken = Array("[CLS]".utf8)
    /// The token after every sequence.
    package var separatorToken = Array("[SEP]".utf8)
    /// The token that other programs pad sequences with.
    package var paddingToken = Array("[PAD]".utf8)
    /// The token that masks a word.
    package var maskToken = Array("[MASK]".utf8)
    package var vocabulary = Vocabulary()
    /// The tokens to find in the raw text, in no particular order.
    package var addedTokens: [AddedToken] = []
    /// The file of the vocabulary, for error messages only.
    package var path = "vocabulary"

    package init() {}
}

/// A token that is found in the raw text before normalization, such as `[SEP]` and `[MASK]`.
package struct AddedToken: Sendable, Hashable {
    /// The exact bytes to find.
    package let content: [UInt8]
    package let id: Int32

    package init(content: [UInt8], id: Int32) {
        self.content = content
        self.id = id
    }
}

/// The switches of the reference library's `BertNormalizer`.
package struct NormalizerOptions: Sendable, Hashable {
    /// Removes control characters and converts every kind of white space into a space.
    package var cleansText = true
    /// Makes every CJK ideograph a separate word.
    package var isolatesIdeographs = true
    /// Decomposes and drops nonspacing marks; nil follows `lowercases`, as in the original BERT.
    package var stripsAccents: Bool?
    /// Lower-cases code point by code point, so without the final sigma rule.
    package var lowercases = true

    package init() {}
}
