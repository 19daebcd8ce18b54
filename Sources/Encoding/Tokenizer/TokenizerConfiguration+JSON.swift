import Text

extension TokenizerConfiguration {
    /// Applies a `tokenizer.json` and refuses by name what is not a BERT tokenizer.
    package mutating func applyTokenizer(_ bytes: [UInt8], path: String) throws(EncodingError) {
        self.path = path
        var configuration = self
        do throws(JSONFault) {
            try configuration.readTokenizer(bytes)
        } catch {
            throw EncodingError(error, path: path)
        }
        guard configuration.vocabulary.count > 0 else {
            throw EncodingError(.malformed, path: path, "has no vocabulary (model.vocab); fetch the model again")
        }
        self = configuration
    }

    private mutating func readTokenizer(_ bytes: [UInt8]) throws(JSONFault) {
        var scanner = try JSONScanner(bytes)
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            switch key {
            case "added_tokens": try readAddedTokens(&scanner)
            case "normalizer": try readNormalizer(&scanner)
            case "pre_tokenizer":
                try Self.beginComponent(&scanner, key, expected: "BertPreTokenizer")
                while let key = try scanner.nextKey() {
                    if try !Self.isType(key, in: &scanner, expected: "BertPreTokenizer") { try scanner.skip() }
                }
            case "post_processor": try readPostProcessor(&scanner)
            case "model": try readModel(&scanner)
            default: try scanner.skip()
            }
        }
        try scanner.end()
    }

    private mutating func readAddedTokens(_ scanner: inout JSONScanner) throws(JSONFault) {
        var tokens: [AddedToken] = []
        try scanner.beginArray()
        while try scanner.hasNextElement() {
            var content: [UInt8] = []
            var id: Int32?
            var refused: String?
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                switch key {
                case "content": content = try scanner.stringBytes()
                case "id": id = Int32(exactly: try scanner.integer())
                case "single_word", "lstrip", "rstrip", "normalized":
                    if try scanner.boolean() == true { refused = key }
                default: try scanner.skip()
                }
            }
            let name = TerminalText.excerpt(String(decoding: content, as: UTF8.self))
            if let refused {
                throw scanner.fault("the added token \"\(name)\" is \(refused), which is not implemented", .unsupported)
            }
            guard let id, id >= 0, !content.isEmpty else {
                throw scanner.fault("the added token \"\(name)\" has no valid id or content")
            }
            tokens.append(AddedToken(content: content, id: id))
        }
        addedTokens = tokens
    }

    private mutating func readModel(_ scanner: inout JSONScanner) throws(JSONFault) {
        try Self.beginComponent(&scanner, "model", expected: "WordPiece")
        while let key = try scanner.nextKey() {
            switch key {
            case _ where try Self.isType(key, in: &scanner, expected: "WordPiece"): break
            case "unk_token": unknownToken = try scanner.stringBytes()
            case "continuing_subword_prefix": continuingPrefix = try scanner.stringBytes()
            case "max_input_chars_per_word": maximumWordLength = try scanner.integer()
            case "vocab":
                try scanner.beginObject()
                while let token = try scanner.nextKeyBytes() {
                    guard let id = Int32(exactly: try scanner.integer()), id >= 0 else {
                        throw scanner.fault("the token's id is not a row number")
                    }
                    guard vocabulary.insert(token, id: id) else {
                        throw scanner.fault(Self.tooManyTokens, .unsupported)
                    }
                }
            default: try scanner.skip()
            }
        }
    }

    /// Reads [CLS] and [SEP] from a template of exactly this shape, or from the older BertProcessing.
    private mutating func readPostProcessor(_ scanner: inout JSONScanner) throws(JSONFault) {
        var type = ""
        var template: [[UInt8]] = []
        var pair: [String: [UInt8]] = [:]
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            switch key {
            case "type": type = try scanner.string()
            case "single":
                try scanner.beginArray()
                while try scanner.hasNextElement() { template.append(try Self.readTemplatePiece(&scanner)) }
            case "cls", "sep":
                var isFirst = true
                try scanner.beginArray()
                while try scanner.hasNextElement() {
                    if isFirst { pair[key] = try scanner.stringBytes() } else { try scanner.skip() }
                    isFirst = false
                }
            default: try scanner.skip()
            }
        }
        if type == "TemplateProcessing", template.count == 3, template[1].isEmpty, !template[0].isEmpty,
            !template[2].isEmpty
        {
            classifierToken = template[0]
            separatorToken = template[2]
        } else if type == "BertProcessing", let classifier = pair["cls"], let separator = pair["sep"] {
            classifierToken = classifier
            separatorToken = separator
        } else {
            throw scanner.fault(
                "the post_processor \"\(TerminalText.excerpt(type))\" does not put one token before and one after the "
                    + "text, as BERT needs", .unsupported)
        }
    }

    /// The name of the special token in a piece of a template; empty for the text itself.
    private static func readTemplatePiece(_ scanner: inout JSONScanner) throws(JSONFault) -> [UInt8] {
        var name: [UInt8] = []
        try scanner.beginObject()
        while let kind = try scanner.nextKey() {
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                if kind == "SpecialToken", key == "id" {
                    name = try scanner.stringBytes()
                } else {
                    try scanner.skip()
                }
            }
        }
        return name
    }

    /// Enters a part of the tokenizer, which is `null` when it is omitted.
    static func beginComponent(
        _ scanner: inout JSONScanner, _ name: String, expected: String
    ) throws(JSONFault) {
        guard scanner.kind() == .object else {
            try scanner.skip()
            throw scanner.fault("it has no \(name); only \(expected) is implemented", .unsupported)
        }
        try scanner.beginObject()
    }

    /// Whether the key is `type`, whose value must then be `expected`.
    private static func isType(
        _ key: String, in scanner: inout JSONScanner, expected: String
    ) throws(JSONFault) -> Bool {
        guard key == "type" else { return false }
        let type = try scanner.string()
        guard type == expected else {
            throw scanner.fault(
                "\(TerminalText.excerpt(type)) is not implemented, only \(expected) is", .unsupported)
        }
        return true
    }
}

extension EncodingError {
    /// Converts the fault of a model file that is not JSON or not what its reader needs.
    init(_ fault: JSONFault, path: String) {
        switch fault.kind {
        case .malformed: self.init(.malformed, path: path, "\(fault); fetch the model again")
        case .unsupported: self.init(.unsupported, path: path, "\(fault)")
        }
    }
}
