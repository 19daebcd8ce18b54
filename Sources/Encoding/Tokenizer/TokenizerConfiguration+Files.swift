import Platform
package import SystemPackage
import Text

extension TokenizerConfiguration {
    private static let largestFile = 256 << 20

    /// Reads the tokenizer of a model's folder: `tokenizer.json`, else `vocab.txt`; then `tokenizer_config.json`.
    ///
    /// As in transformers 5, the switches in `tokenizer_config.json` override those of `tokenizer.json`, unless it
    /// declares a generic tokenizer. Truncation and padding in `tokenizer.json` are ignored, because they are leftovers
    /// of the program that saved the file.
    /// - Throws: `EncodingError` naming the file.
    package init(folder: FilePath) throws(EncodingError) {
        self.init()
        let complete = folder.appending("tokenizer.json")
        let list = folder.appending("vocab.txt")
        let hasList: Bool
        if let bytes = try Self.read(complete) {
            hasList = false
            try applyTokenizer(bytes, path: complete.string)
        } else if let bytes = try Self.read(list) {
            hasList = true
            try applyVocabularyList(bytes, path: list.string)
        } else {
            throw EncodingError(
                .missingFile, path: complete.string,
                "neither it nor vocab.txt exists, so the model is incomplete; fetch it again")
        }
        let switches = folder.appending("tokenizer_config.json")
        if let bytes = try Self.read(switches) {
            try applySwitches(bytes, path: switches.string, isOnlySource: hasList)
        }
        if hasList { addNamedTokens() }
    }

    /// The bytes of a file, or nil when it does not exist.
    private static func read(_ path: FilePath) throws(EncodingError) -> [UInt8]? {
        do {
            return try FileContents.read(path, limit: largestFile)
        } catch {
            if error.cause == .noSuchFileOrDirectory { return nil }
            if error.code == .tooLarge {
                throw EncodingError(
                    .malformed, path: path.string,
                    "is larger than \(largestFile >> 20) MiB, so it is not a tokenizer file; fetch the model again")
            }
            throw EncodingError(reading: path.string, error, advice: "make it readable, or fetch the model again")
        }
    }

    /// Reads the lines of `vocab.txt` as tokens 0, 1, 2 and so on.
    package mutating func applyVocabularyList(_ bytes: [UInt8], path: String) throws(EncodingError) {
        self.path = path
        if let offset = UTF8Text.firstInvalid(bytes) {
            throw EncodingError(.malformed, path: path, "byte \(offset) is not UTF-8; fetch the model again")
        }
        var id: Int32 = 0
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            // There is no line after the last newline.
            if line.isEmpty, line.endIndex == bytes.endIndex { break }
            let token = line.last == 0x0D ? Array(line.dropLast()) : Array(line)
            guard vocabulary.insert(token, id: id) else {
                throw EncodingError(.unsupported, path: path, Self.tooManyTokens)
            }
            id += 1
        }
    }

    /// The message for a vocabulary that does not fit.
    static var tooManyTokens: String { "the vocabulary is larger than this program can hold" }

    /// Makes the special tokens of a vocabulary without `tokenizer.json` recognizable in raw text, as transformers
    /// does.
    private mutating func addNamedTokens() {
        for token in [unknownToken, classifierToken, separatorToken, paddingToken, maskToken] {
            guard let id = vocabulary.id(of: token), !addedTokens.contains(where: { $0.content == token }) else {
                continue
            }
            addedTokens.append(AddedToken(content: token, id: id))
        }
    }
}

extension WordPieceTokenizer {
    /// Makes the tokenizer of a model's folder.
    ///
    /// - Throws: `EncodingError` naming the file that is missing or wrong.
    package init(folder: FilePath) throws(EncodingError) {
        try self.init(TokenizerConfiguration(folder: folder))
    }
}
