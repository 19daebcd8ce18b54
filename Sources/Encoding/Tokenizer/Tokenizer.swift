package import SystemPackage

/// Converts text into the token ids of a model.
///
/// Models and passages know their tokenizer by this protocol alone. Calls take a window of text, so that their dispatch
/// costs nothing beside the work.
package protocol Tokenizer: Sendable {
    /// The id before every sequence.
    var classifierID: Int32 { get }
    /// The id after every sequence.
    var separatorID: Int32 { get }
    /// The greatest id that a sequence can contain; the model needs a vector for each.
    var greatestID: Int32 { get }
    /// The length in bytes within which text after a cut can change the tokens before it.
    var longestAddedToken: Int { get }
    /// What determines the ids, as lines of text; they are a part of the encoder's identity.
    var identity: [String] { get }

    /// Whether the tokenizer separates words at a character.
    func isSpace(_ scalar: UInt32) -> Bool

    /// Appends the tokens of `text` to `output`, without those before and after a sequence.
    ///
    /// The scan ends with the word that brings `output` above `tokenLimit` tokens.
    func tokenize(_ text: Span<UInt8>, tokenLimit: Int, into output: inout TokenizedText)
}

extension Tokenizer {
    /// The ids of a text between the classifier and the separator, truncated on the right to `maximumLength` ids in all.
    package func sequence(_ text: [UInt8], maximumLength: Int = 256) -> TokenSequence {
        sequence(text.span, maximumLength: maximumLength)
    }

    /// The ids of a text between the classifier and the separator, truncated on the right to `maximumLength` ids in all.
    ///
    /// It does not process the text after the cut.
    package func sequence(_ text: Span<UInt8>, maximumLength: Int = 256) -> TokenSequence {
        let budget = max(maximumLength - 2, 0)
        var content = TokenizedText()
        tokenize(text, tokenLimit: budget, into: &content)
        var ids: [Int32] = []
        ids.reserveCapacity(min(content.count, budget) + 2)
        ids.append(classifierID)
        ids += content.ids.prefix(budget)
        ids.append(separatorID)
        return TokenSequence(ids: ids, isTruncated: content.count > budget)
    }

    /// All tokens of a text, without those before and after a sequence.
    package func tokenize(_ text: [UInt8]) -> TokenizedText {
        tokenize(text.span)
    }

    /// All tokens of a text, without those before and after a sequence.
    package func tokenize(_ text: Span<UInt8>) -> TokenizedText {
        var output = TokenizedText()
        tokenize(text, tokenLimit: .max, into: &output)
        return output
    }
}

/// The tokenizers of model folders.
package enum Tokenizers {
    /// Reads the tokenizer of a model folder.
    ///
    /// The one place that chooses among the types: `tokenizer.json` names its algorithm in `model.type`, and a folder with
    /// `vocab.txt` alone means WordPiece.
    ///
    /// - Parameter folder: the folder of the transformer module.
    /// - Returns: the tokenizer, which threads can share.
    /// - Throws: `EncodingError`: `.unsupported` for an algorithm that is not implemented, `.malformed` or `.missingFile`
    ///   with the faulty file.
    package static func read(_ folder: FilePath) throws(EncodingError) -> any Tokenizer {
        try WordPieceTokenizer(folder: folder)
    }
}
