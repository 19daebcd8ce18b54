/// Converts text into the token ids of a BERT model, exactly as Hugging Face tokenizers 0.23 does.
///
/// The stages are those of the reference: added tokens in the raw text, `BertNormalizer`, `BertPreTokenizer`, greedy
/// longest-match-first WordPiece (Devlin et al. 2018), the template [CLS] text [SEP]. They run fused, in one pass over
/// the UTF-8 bytes. A value is immutable, and threads can share it.
package struct WordPieceTokenizer: Tokenizer {
    /// The known tokens.
    package let vocabulary: Vocabulary
    /// The id of a word that is not in the vocabulary.
    package let unknownID: Int32
    /// The id before every sequence, [CLS].
    package let classifierID: Int32
    /// The id after every sequence, [SEP].
    package let separatorID: Int32
    /// How text is normalized before it is split.
    package let options: NormalizerOptions
    /// The longest added token in bytes: cutting the text that far from a token cannot change it.
    package let longestAddedToken: Int

    /// The action of the fast path for each byte, a constant of `ByteAction`.
    let byteActions: [UInt8]
    /// The byte to look up for each ASCII byte.
    let foldedBytes: [UInt8]
    let codePointActions: CodePointActions
    /// The added tokens, longest first, so the first match is the longest.
    let addedTokens: [AddedToken]
    /// For each byte, whether an added token begins with it.
    let beginsAddedToken: [Bool]
    /// The trie node after the prefix of continuing tokens.
    let continuation: UInt32
    let maximumWordLength: Int

    /// The classes of bytes on the fast path; the first three have the numbers of `CodePointActions.Kind`.
    enum ByteAction {
        /// Part of a word.
        static let word: UInt8 = 0
        static let punctuation: UInt8 = 1
        static let space: UInt8 = 2
        /// A byte that needs the general path: not ASCII, removed, or perhaps an added token.
        static let general: UInt8 = 3
    }

    /// Makes a tokenizer of the given parts.
    ///
    /// - Throws: `EncodingError` if a special token is not in the vocabulary or a limit is invalid.
    package init(_ configuration: TokenizerConfiguration) throws(EncodingError) {
        let vocabulary = configuration.vocabulary
        let path = configuration.path
        func id(_ token: [UInt8], _ role: String) throws(EncodingError) -> Int32 {
            if let id = vocabulary.id(of: token) { return id }
            if let added = configuration.addedTokens.first(where: { $0.content == token }) { return added.id }
            throw EncodingError(
                .malformed, path: path,
                "the vocabulary has no \(role) token \"\(String(decoding: token, as: UTF8.self))\"; fetch the model again"
            )
        }
        unknownID = try id(configuration.unknownToken, "unknown")
        classifierID = try id(configuration.classifierToken, "classifier")
        separatorID = try id(configuration.separatorToken, "separator")
        guard (1...10_000).contains(configuration.maximumWordLength) else {
            throw EncodingError(
                .malformed, path: path,
                "max_input_chars_per_word is \(configuration.maximumWordLength), expected 1 to 10000")
        }
        maximumWordLength = configuration.maximumWordLength
        continuation = vocabulary.node(after: configuration.continuingPrefix)
        addedTokens = configuration.addedTokens
            .filter { !$0.content.isEmpty }
            .sorted { $0.content.count > $1.content.count }
        longestAddedToken = addedTokens.first?.content.count ?? 0
        self.vocabulary = vocabulary
        options = configuration.normalizer

        var begins = [Bool](repeating: false, count: 256)
        for token in addedTokens { begins[Int(token.content[0])] = true }
        beginsAddedToken = begins
        codePointActions = CodePointActions(configuration.normalizer)
        (byteActions, foldedBytes) = Self.byteTables(codePointActions, beginsAddedToken: begins)
    }

    package var greatestID: Int32 { vocabulary.greatestID }

    package var identity: [String] {
        [
            "vocabulary \(vocabulary.identity)", "clean \(options.cleansText)",
            "ideographs \(options.isolatesIdeographs)", "lowercase \(options.lowercases)",
            "accents \(options.stripsAccents ?? options.lowercases)",
        ]
    }

    package func isSpace(_ scalar: UInt32) -> Bool { codePointActions[scalar] & 7 == CodePointActions.Kind.space }

    private static func byteTables(
        _ actions: CodePointActions, beginsAddedToken: [Bool]
    ) -> (actions: [UInt8], folded: [UInt8]) {
        var byteActions = [UInt8](repeating: ByteAction.general, count: 256)
        var folded = [UInt8](repeating: 0, count: 256)
        for byte in UInt8(0)..<128 where !beginsAddedToken[Int(byte)] {
            let action = actions[UInt32(byte)]
            let fold = actions.fold(of: action)
            let scalar = fold.isEmpty ? UInt32(byte) | action << 21 : actions.foldedScalar(fold.lowerBound)
            guard action & 7 <= CodePointActions.Kind.space, fold.count <= 1, scalar & 0x1F_FFFF < 128 else { continue }
            byteActions[Int(byte)] = UInt8(scalar >> 21 & 3)
            folded[Int(byte)] = UInt8(scalar & 0x7F)
        }
        return (byteActions, folded)
    }
}
