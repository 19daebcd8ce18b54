extension TokenizerConfiguration {
    /// Takes over a `tokenizer.json`, refusing by name what is not a BERT tokenizer.
    package mutating func applyTokenizer(_ bytes: [UInt8], path: String) throws(EncodingError) {
        self.path = path
        var scanner = try JSONScanner(bytes, path: path)
        var configuration = self
        var hasModel = false
        try scanner.object { (scanner, key) throws(EncodingError) in
            switch String(decoding: key, as: UTF8.self) {
            case "added_tokens": try configuration.readAddedTokens(&scanner)
            case "normalizer": try configuration.readNormalizer(&scanner)
            case "pre_tokenizer": try Self.readComponent(&scanner, "pre_tokenizer", expected: "BertPreTokenizer")
            case "post_processor": try configuration.readPostProcessor(&scanner)
            case "model":
                hasModel = true
                try configuration.readModel(&scanner)
            default: try scanner.skip()
            }
        }
        try scanner.end()
        guard hasModel, configuration.vocabulary.count > 0 else {
            throw EncodingError(.malformed, path: path, "has no vocabulary (model.vocab); fetch the model again")
        }
        self = configuration
    }

    /// Takes over the switches of a `tokenizer_config.json`.
    ///
    /// - Parameter isOnlySource: whether there is no `tokenizer.json`, so that the names of tokens count as well.
    package mutating func applySwitches(
        _ bytes: [UInt8], path: String, isOnlySource: Bool
    ) throws(EncodingError) {
        var scanner = try JSONScanner(bytes, path: path)
        var normalizer = self.normalizer
        var tokens: [String: [UInt8]] = [:]
        var isGeneric = false
        try scanner.object { (scanner, key) throws(EncodingError) in
            let key = String(decoding: key, as: UTF8.self)
            switch key {
            case "do_lower_case": normalizer.lowercases = try scanner.boolean() ?? normalizer.lowercases
            case "tokenize_chinese_chars":
                normalizer.isolatesIdeographs = try scanner.boolean() ?? normalizer.isolatesIdeographs
            case "strip_accents": normalizer.stripsAccents = try scanner.boolean()
            case "tokenizer_class":
                guard scanner.peek() == UInt8(ascii: "\"") else { return try scanner.skip() }
                let name = String(decoding: try scanner.string(), as: UTF8.self)
                isGeneric = !["BertTokenizer", "BertTokenizerFast"].contains(name)
            case "unk_token", "cls_token", "sep_token", "pad_token", "mask_token":
                tokens[key] = try Self.readTokenName(&scanner)
            default: try scanner.skip()
            }
        }
        try scanner.end()
        if isOnlySource || !isGeneric { self.normalizer = normalizer }
        guard isOnlySource else { return }
        unknownToken = tokens["unk_token"] ?? unknownToken
        classifierToken = tokens["cls_token"] ?? classifierToken
        separatorToken = tokens["sep_token"] ?? separatorToken
        paddingToken = tokens["pad_token"] ?? paddingToken
        maskToken = tokens["mask_token"] ?? maskToken
    }

    /// A token given as a string, or as an object with `content`, or null.
    private static func readTokenName(_ scanner: inout JSONScanner) throws(EncodingError) -> [UInt8]? {
        switch scanner.peek() {
        case UInt8(ascii: "\""): return try scanner.string()
        case UInt8(ascii: "{"):
            var content: [UInt8]?
            try scanner.object { (scanner, key) throws(EncodingError) in
                if key.elementsEqual("content".utf8) {
                    content = try scanner.string()
                } else {
                    try scanner.skip()
                }
            }
            return content
        default:
            try scanner.skip()
            return nil
        }
    }

    private mutating func readAddedTokens(_ scanner: inout JSONScanner) throws(EncodingError) {
        var tokens: [AddedToken] = []
        let path = self.path
        try scanner.array { (scanner) throws(EncodingError) in
            var content: [UInt8] = []
            var id: Int32?
            var refused: String?
            try scanner.object { (scanner, key) throws(EncodingError) in
                switch String(decoding: key, as: UTF8.self) {
                case "content": content = try scanner.string()
                case "id": id = Int32(exactly: try scanner.integer())
                case "single_word", "lstrip", "rstrip", "normalized":
                    if try scanner.boolean() == true { refused = String(decoding: key, as: UTF8.self) }
                default: try scanner.skip()
                }
            }
            let name = String(decoding: content, as: UTF8.self)
            if let refused {
                throw EncodingError(
                    .unsupported, path: path, "the added token \"\(name)\" is \(refused), which is not implemented")
            }
            guard let id, id >= 0, !content.isEmpty else {
                throw scanner.failure("the added token \"\(name)\" has no proper id or content")
            }
            tokens.append(AddedToken(content: content, id: id))
        }
        addedTokens = tokens
    }

    private mutating func readNormalizer(_ scanner: inout JSONScanner) throws(EncodingError) {
        var options = NormalizerOptions()
        try Self.readComponent(&scanner, "normalizer", expected: "BertNormalizer") {
            (scanner, key) throws(EncodingError) in
            switch key {
            case "clean_text": options.cleansText = try scanner.boolean() ?? true
            case "handle_chinese_chars": options.isolatesIdeographs = try scanner.boolean() ?? true
            case "strip_accents": options.stripsAccents = try scanner.boolean()
            case "lowercase": options.lowercases = try scanner.boolean() ?? true
            default: try scanner.skip()
            }
        }
        normalizer = options
    }

    private mutating func readModel(_ scanner: inout JSONScanner) throws(EncodingError) {
        var configuration = self
        try Self.readComponent(&scanner, "model", expected: "WordPiece") { (scanner, key) throws(EncodingError) in
            switch key {
            case "unk_token": configuration.unknownToken = try scanner.string()
            case "continuing_subword_prefix": configuration.continuingPrefix = try scanner.string()
            case "max_input_chars_per_word": configuration.maximumWordLength = try scanner.integer()
            case "vocab":
                try scanner.object { (scanner, token) throws(EncodingError) in
                    guard let id = Int32(exactly: try scanner.integer()), id >= 0 else {
                        throw scanner.failure(
                            "the token \"\(String(decoding: token, as: UTF8.self))\" has an id that is no row number")
                    }
                    try configuration.add(token, id: id)
                }
            default: try scanner.skip()
            }
        }
        self = configuration
    }

    /// Takes [CLS] and [SEP] from a template of exactly this shape, or from the older BertProcessing.
    private mutating func readPostProcessor(_ scanner: inout JSONScanner) throws(EncodingError) {
        var type = ""
        var template: [[UInt8]] = []
        var pair: [String: [UInt8]] = [:]
        try scanner.object { (scanner, key) throws(EncodingError) in
            let key = String(decoding: key, as: UTF8.self)
            switch key {
            case "type": type = String(decoding: try scanner.string(), as: UTF8.self)
            case "single":
                try scanner.array { (scanner) throws(EncodingError) in
                    template.append(try Self.readTemplatePiece(&scanner))
                }
            case "cls", "sep":
                var isFirst = true
                try scanner.array { (scanner) throws(EncodingError) in
                    if isFirst { pair[key] = try scanner.string() } else { try scanner.skip() }
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
            throw EncodingError(
                .unsupported, path: path,
                "the post_processor \"\(type)\" does not set one token before and one after the text, as BERT needs")
        }
    }

    /// The name of the special token of a piece of a template; empty for the text itself.
    private static func readTemplatePiece(_ scanner: inout JSONScanner) throws(EncodingError) -> [UInt8] {
        var name: [UInt8] = []
        try scanner.object { (scanner, kind) throws(EncodingError) in
            let isSpecial = kind.elementsEqual("SpecialToken".utf8)
            try scanner.object { (scanner, key) throws(EncodingError) in
                if isSpecial, key.elementsEqual("id".utf8) {
                    name = try scanner.string()
                } else {
                    try scanner.skip()
                }
            }
        }
        return name
    }

    /// Reads an object whose `type` must be `expected`; other members go to `member`.
    private static func readComponent(
        _ scanner: inout JSONScanner, _ name: String, expected: String,
        member: (inout JSONScanner, String) throws(EncodingError) -> Void = {
            (scanner, _) throws(EncodingError) in try scanner.skip()
        }
    ) throws(EncodingError) {
        guard scanner.peek() == UInt8(ascii: "{") else {
            throw EncodingError(.unsupported, path: scanner.path, "has no \(name); only \(expected) is implemented")
        }
        try scanner.object { (scanner, key) throws(EncodingError) in
            let key = String(decoding: key, as: UTF8.self)
            guard key == "type" else { return try member(&scanner, key) }
            let type = String(decoding: try scanner.string(), as: UTF8.self)
            guard type == expected else {
                throw EncodingError(
                    .unsupported, path: scanner.path, "the \(name) is \(type), only \(expected) is implemented")
            }
        }
    }
}
