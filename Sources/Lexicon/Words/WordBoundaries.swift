import Text

/// The word boundaries of UAX #29 in UTF-8, by the rules WB1 to WB16.
package struct WordBoundaries: Sendable {
    /// The rules as Unicode states them, or with what terms need instead.
    package enum Rules: Sendable {
        /// Exactly those of Unicode.
        case standard
        /// Full stops, colons, commas and unusual connectors join nothing, because a `Connector` does that later, and
        /// neither does a character of a script without spaces.
        case terms
    }

    private let table = WordPropertyTable.shared
    private let rules: Rules
    private let ascii: [WordBreak]

    package init(_ rules: Rules) {
        self.rules = rules
        let table = table
        ascii = (0..<128).map { Self.wordBreak(of: $0, table[$0], rules) }
    }

    /// The end of the segment that begins at `start`, which must be a boundary and not the end of the text.
    ///
    /// It takes time in proportion to the segment and the ignored characters behind it, whatever the bytes are.
    package func segment(of text: Span<UInt8>, from start: Int) -> WordSegment {
        var segment = WordSegment(end: start)
        var previous = take(from: text, into: &segment)
        if previous == .carriageReturn, segment.end < text.count, text[segment.end] == 0x0A { segment.end += 1 }
        if previous == .carriageReturn || previous == .lineFeed || previous == .newline { return segment }

        var isAfterJoiner = previous == .joiner
        var isAfterSpace = previous == .space
        var isOddIndicator = previous == .regionalIndicator
        while segment.end < text.count {
            let next = character(in: text, at: segment.end)
            switch next.wordBreak {
            case .extend, .format, .joiner:
                isAfterJoiner = next.wordBreak == .joiner
                isAfterSpace = false
                segment.take(next)
                continue
            case .space where isAfterSpace:
                segment.take(next)
                continue
            case .regionalIndicator where previous == .regionalIndicator && isOddIndicator:
                isOddIndicator = false
            case _ where isAfterJoiner && next.properties.isPictographic: break
            case _ where Self.joins(previous, next.wordBreak): break
            case .singleQuote
            where previous == .hebrewLetter && !isBridge(next, after: previous, in: text, segment.end):
                break
            case _ where isBridge(next, after: previous, in: text, segment.end):
                segment.take(next)
                // What is ignored behind the bridge, and then the character that it leads to.
                var last = next
                repeat {
                    last = character(in: text, at: segment.end)
                    segment.take(last)
                } while Self.isIgnored(last.wordBreak)
                previous = last.wordBreak
                isAfterJoiner = false
                continue
            default: return segment
            }
            segment.take(next)
            previous = next.wordBreak
            isAfterJoiner = false
            isAfterSpace = false
        }
        return segment
    }

    /// Whether the character joins those before it with the one that follows, as an apostrophe joins letters.
    private func isBridge(_ next: Character, after previous: WordBreak, in text: Span<UInt8>, _ position: Int) -> Bool {
        let bridges: Bool
        switch (previous, next.wordBreak) {
        case (.letter, .midLetter), (.letter, .midNumberOrLetter), (.letter, .singleQuote), (.hebrewLetter, .midLetter),
            (.hebrewLetter, .midNumberOrLetter), (.hebrewLetter, .singleQuote), (.hebrewLetter, .doubleQuote),
            (.numeric, .midNumber), (.numeric, .midNumberOrLetter), (.numeric, .singleQuote):
            bridges = true
        default: bridges = false
        }
        guard bridges else { return false }
        var position = position + next.length
        while position < text.count {
            let following = character(in: text, at: position)
            if Self.isIgnored(following.wordBreak) {
                position += following.length
                continue
            }
            return switch (previous, next.wordBreak) {
            case (.numeric, _): following.wordBreak == .numeric
            case (_, .doubleQuote): following.wordBreak == .hebrewLetter
            default: following.wordBreak == .letter || following.wordBreak == .hebrewLetter
            }
        }
        return false
    }

    /// Whether there is no boundary between two neighbours, by the rules that look at nothing else.
    private static func joins(_ first: WordBreak, _ second: WordBreak) -> Bool {
        switch (first, second) {
        case (.letter, .letter), (.letter, .hebrewLetter), (.hebrewLetter, .letter), (.hebrewLetter, .hebrewLetter),
            (.letter, .numeric), (.hebrewLetter, .numeric), (.numeric, .numeric), (.numeric, .letter),
            (.numeric, .hebrewLetter), (.katakana, .katakana), (.letter, .extendNumberOrLetter),
            (.hebrewLetter, .extendNumberOrLetter), (.numeric, .extendNumberOrLetter),
            (.katakana, .extendNumberOrLetter), (.extendNumberOrLetter, .extendNumberOrLetter),
            (.extendNumberOrLetter, .letter), (.extendNumberOrLetter, .hebrewLetter),
            (.extendNumberOrLetter, .numeric), (.extendNumberOrLetter, .katakana):
            true
        default: false
        }
    }

    private static func isIgnored(_ wordBreak: WordBreak) -> Bool {
        wordBreak == .extend || wordBreak == .format || wordBreak == .joiner
    }
}

extension WordBoundaries {
    /// A character of the text, with its class by these rules.
    struct Character {
        let properties: WordProperties
        let wordBreak: WordBreak
        let length: Int
    }

    /// The character that begins at `position`.
    @inline(__always)
    func character(in text: Span<UInt8>, at position: Int) -> Character {
        let byte = text[position]
        if byte < 0x80 {
            return Character(properties: table[UInt32(byte)], wordBreak: ascii[Int(byte)], length: 1)
        }
        let (scalar, length) = text.decodeScalar(at: position)
        let properties = table[scalar]
        return Character(
            properties: properties, wordBreak: Self.wordBreak(of: scalar, properties, rules), length: length)
    }

    /// Adds the character at the end of the segment to it.
    private func take(from text: Span<UInt8>, into segment: inout WordSegment) -> WordBreak {
        let first = character(in: text, at: segment.end)
        segment.take(first)
        return first.wordBreak
    }

    private static func wordBreak(of scalar: UInt32, _ properties: WordProperties, _ rules: Rules) -> WordBreak {
        guard rules == .terms else { return properties.wordBreak }
        if properties.unspacedScript != nil { return .other }
        switch scalar {
        // Also in full width; the last is a Greek question mark, which equals the semicolon.
        case 0x2C, 0x2E, 0x3A, 0x3B, 0xFF0C, 0xFF0E, 0xFF1A, 0xFF1B, 0x37E: return .other
        case 0x5F, 0xFF3F: return .extendNumberOrLetter
        // Such as the narrow space of French, which would become part of the word before it.
        case _ where properties.wordBreak == .extendNumberOrLetter: return .other
        default: return properties.wordBreak
        }
    }
}
