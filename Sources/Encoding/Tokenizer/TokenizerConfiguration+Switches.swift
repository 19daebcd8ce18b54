import Text

extension TokenizerConfiguration {
    /// Applies the switches of a `tokenizer_config.json`.
    ///
    /// Without a `tokenizer.json`, when it `isOnlySource`, the names of tokens apply as well.
    package mutating func applySwitches(
        _ bytes: [UInt8], path: String, isOnlySource: Bool
    ) throws(EncodingError) {
        do throws(JSONFault) {
            try readSwitches(bytes, isOnlySource: isOnlySource)
        } catch {
            throw EncodingError(error, path: path)
        }
    }

    private mutating func readSwitches(_ bytes: [UInt8], isOnlySource: Bool) throws(JSONFault) {
        var scanner = try JSONScanner(bytes)
        var normalizer = self.normalizer
        var tokens: [String: [UInt8]] = [:]
        var isGeneric = false
        try scanner.beginObject()
        while let key = try scanner.nextKey() {
            switch key {
            case "do_lower_case": normalizer.lowercases = try scanner.boolean() ?? normalizer.lowercases
            case "tokenize_chinese_chars":
                normalizer.isolatesIdeographs = try scanner.boolean() ?? normalizer.isolatesIdeographs
            case "strip_accents": normalizer.stripsAccents = try scanner.boolean()
            case "tokenizer_class" where scanner.kind() == .string:
                isGeneric = !["BertTokenizer", "BertTokenizerFast"].contains(try scanner.string())
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
    private static func readTokenName(_ scanner: inout JSONScanner) throws(JSONFault) -> [UInt8]? {
        switch scanner.kind() {
        case .string: return try scanner.stringBytes()
        case .object:
            var content: [UInt8]?
            try scanner.beginObject()
            while let key = try scanner.nextKey() {
                if key == "content" { content = try scanner.stringBytes() } else { try scanner.skip() }
            }
            return content
        default:
            try scanner.skip()
            return nil
        }
    }
}
