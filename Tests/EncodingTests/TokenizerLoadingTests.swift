import Encoding
import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

/// The files that a tokenizer is loaded from, and those that are refused.
@Suite struct TokenizerLoadingTests {
    /// A small but complete tokenizer.json; the arguments replace its parts.
    private func tokenizerFile(
        added: String = #"{"id":3,"content":"[SEP]","special":true,"normalized":false,"lstrip":false}"#,
        normalizer: String = #"{"type":"BertNormalizer","lowercase":true,"strip_accents":null}"#,
        splitter: String = #"{"type":"BertPreTokenizer"}"#,
        template: String =
            #"[{"SpecialToken":{"id":"[CLS]","type_id":0}},{"Sequence":{"id":"A"}},{"SpecialToken":{"id":"[SEP]"}}]"#,
        model: String = #"{"type":"WordPiece","unk_token":"[UNK]","max_input_chars_per_word":5,"vocab":"#
            + ###"{"[UNK]":1,"[CLS]":2,"[SEP]":3,"a":4,"##b":5,"\u00e9":6,"\ud83d\ude00":7,"\"":8,"A":9}}"###
    ) -> String {
        """
        {"version":"1.0","truncation":{"max_length":1},"padding":null,"added_tokens":[\(added)],
         "normalizer":\(normalizer),"pre_tokenizer":\(splitter),
         "post_processor":{"type":"TemplateProcessing","single":\(template),"pair":[]},"model":\(model)}
        """
    }

    private func tokenizer(_ file: String) throws -> WordPieceTokenizer {
        var configuration = TokenizerConfiguration()
        try configuration.applyTokenizer(Array(file.utf8), path: "tokenizer.json")
        return try WordPieceTokenizer(configuration)
    }

    @Test func `tokenizer.json is read with its escapes and limits, without its truncation`() throws {
        let tokenizer = try tokenizer(tokenizerFile())
        #expect(tokenizer.vocabulary.count == 9)
        #expect(tokenizer.vocabulary.greatestID == 9)
        let ids = tokenizer.sequence(Array("ab abbbb abbbbb \u{1F600}\"[SEP]\u{E9} a".utf8)).ids
        #expect(ids == [2, 4, 5, 4, 5, 5, 5, 5, 1, 7, 8, 3, 1, 4, 3])
    }

    @Test func `an uncased and a cased file differ as in the reference`() throws {
        let cased = tokenizerFile(normalizer: #"{"type":"BertNormalizer","lowercase":false}"#)
        #expect(try tokenizer(cased).tokenize(Array("A a \u{E9}".utf8)).ids == [9, 4, 6])
        #expect(try tokenizer(tokenizerFile()).tokenize(Array("A a \u{E9}".utf8)).ids == [4, 4, 1])
    }

    @Test(arguments: [
        (#"[{"type":"Lowercase"},{"type":"BertNormalizer","lowercase":true}]"#, [4, 4, 1]),
        (#"[{"type":"BertNormalizer","lowercase":false,"strip_accents":null},{"type":"Lowercase"}]"#, [4, 4, 6]),
        (#"[{"type":"BertNormalizer","lowercase":false}]"#, [9, 4, 6]),
    ])
    func `a sequence of normalizers is read as one`(parts: String, ids: [Int32]) throws {
        let file = tokenizerFile(normalizer: #"{"type":"Sequence","normalizers":\#(parts)}"#)
        #expect(try tokenizer(file).tokenize(Array("A a \u{E9}".utf8)).ids == ids)
    }

    @Test(arguments: [
        (#"[]"#, "without BertNormalizer"), (#"[{"type":"NFC"},{"type":"BertNormalizer"}]"#, "NFC"),
        (#"[{"type":"BertNormalizer"},{"type":"BertNormalizer"}]"#, "two BertNormalizers"),
        (#"[{"type":"Sequence","normalizers":[]}]"#, "Sequence"),
    ])
    func `a sequence of other normalizers is refused by name`(parts: String, word: String) throws {
        let file = tokenizerFile(normalizer: #"{"type":"Sequence","normalizers":\#(parts)}"#)
        let error = #expect(throws: EncodingError.self) { try tokenizer(file) }
        #expect(
            error?.code == .unsupported && error?.description.contains(word) == true, "\(String(describing: error))")
    }

    @Test(arguments: [
        (#"{"do_lower_case":false}"#, [9, 6]),
        (#"{"do_lower_case":false,"tokenizer_class":"BertTokenizerFast"}"#, [9, 6]),
        (#"{"do_lower_case":false,"tokenizer_class":"PreTrainedTokenizerFast"}"#, [4, 1]),
        (#"{"do_lower_case":true,"strip_accents":false,"model_max_length":1000000000000000019884624838656}"#, [4, 6]),
        (#"{"tokenizer_class":null,"nested":[{"a":[1,-2.5e3,null,true]}]}"#, [4, 1]),
    ])
    func `tokenizer_config.json wins over tokenizer.json as in transformers 5`(switches: String, ids: [Int32]) throws {
        var configuration = TokenizerConfiguration()
        try configuration.applyTokenizer(Array(tokenizerFile().utf8), path: "tokenizer.json")
        try configuration.applySwitches(Array(switches.utf8), path: "tokenizer_config.json", isOnlySource: false)
        #expect(try WordPieceTokenizer(configuration).tokenize(Array("A \u{E9}".utf8)).ids == ids)
    }

    @Test func `vocab.txt alone gives the same tokenizer`() throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.path).appending("tokenizer-\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder.string, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder.string) }
        for name in ["vocab.txt", "tokenizer_config.json"] {
            try Directory.copyTree(TokenizerFixture.model.appending(name), to: folder.appending(name))
        }
        let complete = try TokenizerFixture.tokenizer()
        let listed = try WordPieceTokenizer(folder: folder)
        #expect(listed.vocabulary.count == complete.vocabulary.count)
        var strings = TokenizerRandomStrings()
        for _ in 0..<1000 {
            let text = Array(strings.next().utf8)
            #expect(listed.sequence(text) == complete.sequence(text))
        }
    }

    @Test func `a folder without a vocabulary is refused by name`() throws {
        let folder = FilePath(FileManager.default.temporaryDirectory.path).appending("no-\(UUID().uuidString)")
        let error = #expect(throws: EncodingError.self) { try WordPieceTokenizer(folder: folder) }
        #expect(error?.code == .missingFile)
        #expect(error?.path == folder.appending("tokenizer.json").string)
    }

    @Test func `a file cut short anywhere is refused by name`() throws {
        let file = Array(tokenizerFile().utf8)
        for count in 0..<file.count {
            var configuration = TokenizerConfiguration()
            let error = #expect(throws: EncodingError.self, "\(count) bytes") {
                try configuration.applyTokenizer(Array(file.prefix(count)), path: "tokenizer.json")
            }
            #expect(error?.path == "tokenizer.json")
        }
    }

    @Test func `a file with any byte changed is read or refused, never fatal`() throws {
        let file = Array(tokenizerFile().utf8)
        for position in file.indices {
            for byte: UInt8 in [0x00, 0x22, 0x39, 0x5C, 0x7B, 0x7D, 0xFF] {
                var changed = file
                changed[position] = byte
                var configuration = TokenizerConfiguration()
                do {
                    try configuration.applyTokenizer(changed, path: "tokenizer.json")
                    _ = try WordPieceTokenizer(configuration).tokenize(file)
                } catch {
                    #expect(!error.message.isEmpty)
                }
            }
        }
    }

    @Test(arguments: [
        ("BPE", EncodingError.Code.unsupported), ("Lowercase", .unsupported), ("Whitespace", .unsupported),
        ("no normalizer", .unsupported), ("lstrip", .unsupported), ("template", .unsupported),
        ("no unknown token", .malformed), ("negative id", .malformed), ("huge id", .malformed),
        ("no vocabulary", .malformed),
        ("word length", .malformed), ("deep nesting", .malformed), ("not UTF-8", .malformed), ("tail", .malformed),
    ])
    func `what is wrong or not implemented is refused`(flaw: String, code: EncodingError.Code) throws {
        let plain = tokenizerFile()
        var file: [UInt8]
        switch flaw {
        case "BPE": file = Array(tokenizerFile(model: #"{"type":"BPE","vocab":{},"merges":[]}"#).utf8)
        case "Lowercase": file = Array(tokenizerFile(normalizer: #"{"type":"Lowercase"}"#).utf8)
        case "Whitespace": file = Array(tokenizerFile(splitter: #"{"type":"Whitespace"}"#).utf8)
        case "no normalizer": file = Array(tokenizerFile(normalizer: "null").utf8)
        case "lstrip": file = Array(tokenizerFile(added: #"{"id":3,"content":"[SEP]","lstrip":true}"#).utf8)
        case "template": file = Array(tokenizerFile(template: #"[{"Sequence":{"id":"A"}}]"#).utf8)
        case "no unknown token": file = Array(plain.replacing(#""[UNK]":1,"#, with: "").utf8)
        case "negative id": file = Array(plain.replacing(#""a":4"#, with: #""a":-4"#).utf8)
        case "huge id": file = Array(plain.replacing(#""a":4"#, with: #""a":99999999999999999999"#).utf8)
        case "no vocabulary": file = Array(tokenizerFile(model: #"{"type":"WordPiece","vocab":{}}"#).utf8)
        case "word length": file = Array(plain.replacing("per_word\":5", with: "per_word\":0").utf8)
        case "deep nesting":
            file = Array("{\"x\":\(String(repeating: "[", count: 100_000))".utf8)
        case "not UTF-8": file = Array(plain.utf8.prefix(50)) + [0xFF] + Array(plain.utf8.dropFirst(50))
        default: file = Array(plain.utf8) + Array("x".utf8)
        }
        var configuration = TokenizerConfiguration()
        let error = #expect(throws: EncodingError.self) {
            try configuration.applyTokenizer(file, path: "tokenizer.json")
            _ = try WordPieceTokenizer(configuration)
        }
        #expect(error?.code == code)
        #expect(error?.path == "tokenizer.json")
    }
}
