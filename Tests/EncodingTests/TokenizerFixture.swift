import Encoding
import Foundation
import Platform
import SystemPackage

/// The files that the tests of the tokenizer read.
enum TokenizerFixture {
    private static let folder = FilePath(#filePath).removingLastComponent()

    /// The default model, which `make setup` fetches.
    static let model = folder.appending("../../.models/all-MiniLM-L6-v2").lexicallyNormalized()

    /// The bytes of a fixture.
    static func bytes(_ name: String) throws -> [UInt8] {
        try FileContents.read(folder.appending("Fixtures").appending(name))
    }

    /// The default model's tokenizer.
    static func tokenizer() throws -> WordPieceTokenizer {
        try WordPieceTokenizer(folder: model)
    }

    /// Lists of ids as make_tokenizer_strings.py writes them, in little-endian numbers of `width` bytes.
    static func lists(_ name: String, width: Int) throws -> [[Int32]] {
        let bytes = try bytes(name)
        var position = 0
        func number() -> Int {
            defer { position += width }
            return (0..<width).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
        }
        var lists: [[Int32]] = []
        while position < bytes.count {
            let count = number()
            lists.append((0..<count).map { _ in Int32(number()) })
        }
        return lists
    }

    /// A tokenizer whose ids are the normalized text: the code point at a word's beginning, plus `inside` within a
    /// word.
    static func characters(
        _ codePoints: some Sequence<UInt32>, options: NormalizerOptions = NormalizerOptions()
    ) throws -> WordPieceTokenizer {
        var configuration = TokenizerConfiguration()
        configuration.normalizer = options
        for (offset, token) in ["[UNK]", "[CLS]", "[SEP]"].enumerated() {
            _ = configuration.vocabulary.insert(Array(token.utf8), id: unknown + Int32(offset))
        }
        for codePoint in Set(codePoints) {
            guard let scalar = Unicode.Scalar(codePoint) else { continue }
            let bytes = Array(String(Character(scalar)).utf8)
            _ = configuration.vocabulary.insert(bytes, id: Int32(codePoint))
            _ = configuration.vocabulary.insert(Array("##".utf8) + bytes, id: Int32(codePoint) + inside)
        }
        return try WordPieceTokenizer(configuration)
    }

    static let unknown: Int32 = 0x400000
    static let inside: Int32 = 0x200000
}
