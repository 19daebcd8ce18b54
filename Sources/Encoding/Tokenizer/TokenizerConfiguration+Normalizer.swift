import Text

extension TokenizerConfiguration {
    /// Reads the normalizer: a `BertNormalizer`, or a sequence of one and any number of `Lowercase`.
    ///
    /// Lower-casing before the normalizer and within it come to the same for every code point of Unicode: the lower case of what
    /// remains without accents is what remains of the lower case. So a sequence is a normalizer that lower-cases.
    mutating func readNormalizer(_ scanner: inout JSONScanner) throws(JSONFault) {
        var component = NormalizerComponent()
        try component.read(&scanner)
        guard component.type == "Sequence" else {
            normalizer = try component.options(scanner)
            return
        }
        var options: NormalizerOptions?
        for part in component.parts where part.type != "Lowercase" {
            let next = try part.options(scanner)
            guard options == nil else { throw scanner.fault("two BertNormalizers are not implemented", .unsupported) }
            options = next
        }
        guard var options else {
            throw scanner.fault("a normalizer without BertNormalizer is not implemented", .unsupported)
        }
        if component.parts.contains(where: { $0.type == "Lowercase" }) {
            // Accents follow the switch of the normalizer itself, whatever is lower-cased beside it.
            options.stripsAccents = options.stripsAccents ?? options.lowercases
            options.lowercases = true
        }
        normalizer = options
    }
}

/// A normalizer as `tokenizer.json` writes it, of whatever type.
private struct NormalizerComponent {
    var type = ""
    /// The parts of a sequence.
    var parts: [NormalizerComponent] = []
    private var switches = NormalizerOptions()

    mutating func read(_ scanner: inout JSONScanner, depth: Int = 0) throws(JSONFault) {
        try TokenizerConfiguration.beginComponent(&scanner, "normalizer", expected: "BertNormalizer")
        while let key = try scanner.nextKey() {
            switch key {
            case "type": type = try scanner.string()
            case "clean_text": switches.cleansText = try scanner.boolean() ?? true
            case "handle_chinese_chars": switches.isolatesIdeographs = try scanner.boolean() ?? true
            case "strip_accents": switches.stripsAccents = try scanner.boolean()
            case "lowercase": switches.lowercases = try scanner.boolean() ?? true
            case "normalizers" where depth == 0:
                try scanner.beginArray()
                while try scanner.hasNextElement() {
                    var part = NormalizerComponent()
                    try part.read(&scanner, depth: depth + 1)
                    parts.append(part)
                }
            default: try scanner.skip()
            }
        }
    }

    /// The switches of a `BertNormalizer`; refuses any other type.
    func options(_ scanner: JSONScanner) throws(JSONFault) -> NormalizerOptions {
        guard type == "BertNormalizer" else {
            throw scanner.fault(
                "\(TerminalText.excerpt(type)) is not implemented, only BertNormalizer is", .unsupported)
        }
        return switches
    }
}
