/// Everything a WordPiece tokenizer is made of, as a model's folder says it.
package struct TokenizerConfiguration: Sendable {
    package var normalizer = NormalizerOptions()
    /// What a token that continues a word begins with in the vocabulary.
    package var continuingPrefix = Array("##".utf8)
    /// Words of more scalars than this are one unknown token.
    package var maximumWordLength = 100
    /// The token for a word that cannot be put together from others.
    package var unknownToken = Array("[UNK]".utf8)
    /// The token before every sequence.
    package var classifierToken = Array("[CLS]".utf8)
    /// The token after every sequence.
    package var separatorToken = Array("[SEP]".utf8)
    /// The token that other programs fill sequences up with.
    package var paddingToken = Array("[PAD]".utf8)
    /// The token that stands for a hidden word.
    package var maskToken = Array("[MASK]".utf8)
    package var vocabulary = Vocabulary()
    /// Tokens found in the raw text, in no particular order.
    package var addedTokens: [AddedToken] = []
    /// The file the vocabulary came from, for error messages only.
    package var path = "vocabulary"

    package init() {}
}

/// A token that is looked for in the raw text, before anything is normalized: `[SEP]`, `[MASK]` and the like.
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
