import Text

extension MetadataPredicate {
    /// Reads a predicate as people type it: `year>=1990`, `lang = en`, `tag in red,green`, `"odd key"="a, b"`.
    ///
    /// Spaces around the parts do not count. A key or a value in quotes is read as a JSON string, so it can contain anything.
    /// The values of `in` are separated by commas, in brackets or not.
    ///
    /// - Throws: `SearchError` of code `.filter`, in words for the person who typed it.
    package init(parsing text: String) throws(SearchError) {
        var rest = text[...]
        let key = try Self.key(&rest)
        let comparison = try Self.comparison(&rest)
        let values = comparison == .among ? try Self.list(rest) : [String(rest.trimmed)]
        var operands: [MetadataOperand] = []
        for value in values {
            guard !value.isEmpty else {
                throw SearchError(.filter, "a value is missing; give \"\" for the empty string")
            }
            guard let first = value.first, !"=<>".contains(first) else {
                throw SearchError(
                    .filter,
                    "the value \(TerminalText.excerpt(value)) begins with a comparison; give it in double quotes if it does"
                )
            }
            guard !Self.isCompound(value) else {
                throw SearchError(
                    .filter,
                    "\(TerminalText.excerpt(value)) looks like another condition: give --where once for each, or the value in double quotes"
                )
            }
            guard let operand = MetadataOperand(value) else {
                throw SearchError(.filter, "\(TerminalText.excerpt(value)) begins with a quote and is no JSON string")
            }
            operands.append(operand)
        }
        self.init(key: key, comparison, operands)
    }

    /// Whether a value goes on with a word that joins conditions in other languages, and a comparison.
    private static func isCompound(_ value: String) -> Bool {
        guard !value.hasPrefix("\"") else { return false }
        let words = value.split(whereSeparator: \.isWhitespace)
        let joint = words.firstIndex { ["and", "or", "&&", "||"].contains($0.lowercased()) }
        return joint.map { words[$0...].dropFirst().contains { $0.contains { "=<>".contains($0) } || $0 == "in" } }
            ?? false
    }

    private static func key(_ rest: inout Substring) throws(SearchError) -> [UInt8] {
        rest = rest.trimmed
        if rest.utf8.first == UInt8(ascii: "\"") {
            guard let end = endOfQuoted(rest), let operand = MetadataOperand(String(rest[..<end])) else {
                throw SearchError(.filter, "the key begins with a quote and is no JSON string")
            }
            rest = rest[end...]
            return operand.text
        }
        var end = rest.unicodeScalars.firstIndex { "=!<>".unicodeScalars.contains($0) } ?? rest.endIndex
        // The word `in` ends a key too, unless an operator comes before it.
        if let word = rest[..<end].range(ofWord: "in") { end = word }
        let key = rest[..<end].trimmed
        guard !key.isEmpty else { throw SearchError(.filter, "the key before the comparison is missing") }
        rest = rest[end...]
        return Array(key.utf8)
    }

    private static func comparison(_ rest: inout Substring) throws(SearchError) -> Comparison {
        rest = rest.trimmed
        // The longer ones first: `<=` begins with `<`.
        for comparison in Comparison.allCases.sorted(by: { $0.rawValue.utf8.count > $1.rawValue.utf8.count })
        where rest.utf8.starts(with: comparison.rawValue.utf8) {
            rest = rest[rest.utf8.index(rest.startIndex, offsetBy: comparison.rawValue.utf8.count)...]
            // Many languages write it so.
            if comparison == .equal, rest.utf8.first == UInt8(ascii: "=") {
                rest = rest[rest.utf8.index(after: rest.startIndex)...]
            }
            return comparison
        }
        throw SearchError(.filter, "a comparison is missing: = != < > <= >= or in")
    }

    /// The values of `in`.
    private static func list(_ text: Substring) throws(SearchError) -> [String] {
        var rest = text.trimmed
        for (open, close) in [("[", "]"), ("(", ")")] where rest.hasPrefix(open) {
            guard rest.hasSuffix(close) else {
                throw SearchError(.filter, "the list begins with \(open) and does not end with \(close)")
            }
            rest = rest.dropFirst().dropLast().trimmed
        }
        var values: [String] = []
        while true {
            rest = rest.trimmed
            var end = rest.firstIndex(of: ",") ?? rest.endIndex
            if rest.utf8.first == UInt8(ascii: "\"") {
                guard let close = endOfQuoted(rest) else {
                    throw SearchError(.filter, "a value begins with a quote and is no JSON string")
                }
                end = rest[close...].firstIndex(of: ",") ?? rest.endIndex
            }
            values.append(String(rest[..<end].trimmed))
            guard end < rest.endIndex else { return values }
            rest = rest[rest.index(after: end)...]
        }
    }

    /// The place after a string in quotes; nil when it is not closed.
    private static func endOfQuoted(_ text: Substring) -> Substring.Index? {
        var isEscaped = false
        for index in text.utf8.indices.dropFirst() {
            switch text.utf8[index] {
            case _ where isEscaped: isEscaped = false
            case UInt8(ascii: "\\"): isEscaped = true
            case UInt8(ascii: "\""): return text.utf8.index(after: index)
            default: break
            }
        }
        return nil
    }
}

extension Substring {
    /// The text without the spaces at its ends.
    fileprivate var trimmed: Substring {
        var rest = drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return rest
    }

    /// Where a word begins that stands between spaces, or before a bracket.
    fileprivate func range(ofWord word: String) -> Index? {
        var start = startIndex
        while let space = self[start...].firstIndex(where: \.isWhitespace) {
            let next = index(after: space)
            let rest = self[next...]
            if rest.hasPrefix(word), let after = rest.dropFirst(word.count).first,
                after.isWhitespace || after == "(" || after == "["
            {
                return next
            }
            start = next
        }
        return nil
    }
}
