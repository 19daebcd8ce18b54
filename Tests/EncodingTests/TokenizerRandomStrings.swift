/// The random strings of `Fixtures/make_tokenizer_strings.py`, made from the same seed by the same rules.
struct TokenizerRandomStrings {
    static let seed: UInt64 = 20_261_123

    private var state = Self.seed

    /// SplitMix64 (Steele, Lea and Flood 2014).
    private mutating func pick(_ count: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31) % UInt64(count))
    }

    private static func character(_ codePoint: Int) -> String {
        String(Unicode.Scalar(UInt32(codePoint)).map(Character.init) ?? "\u{FFFD}")
    }

    private mutating func scalar(_ ranges: [ClosedRange<Int>]) -> String {
        let range = ranges[pick(ranges.count)]
        return Self.character(range.lowerBound + pick(range.count))
    }

    private mutating func mark() -> String {
        Self.character(Self.keptMarks[pick(Self.keptMarks.count)])
    }

    /// The next string of `tokenizer_strings.ids`.
    mutating func next() -> String {
        var text = ""
        for _ in 0..<1 + pick(10) {
            switch pick(16) {
            case 0..<7:
                let range = Self.ranges[pick(Self.ranges.count)]
                for _ in 0..<1 + pick(5) { text += scalar([range]) }
            case 7..<11: text += Self.strings[pick(Self.strings.count)]
            case 11..<13: text += " "
            case 13:
                text += Self.character(0x61 + pick(26))
                for _ in 0..<1 + pick(5) { text += mark() }
            case 14: for _ in 0..<1 + pick(6) { text += scalar(Self.ranges) }
            default:
                if pick(8) == 0 {
                    let unit = ["a", "\u{E9}", "\u{D55C}", "\u{436}", "\u{1D11E}"][pick(5)]
                    text += String(repeating: unit, count: (unit == "\u{D55C}" ? 31 : 97) + pick(7))
                } else {
                    text += scalar([0x300...0x36F])
                }
            }
        }
        return text
    }

    /// The next string of `tokenizer_marks.ids`.
    mutating func nextMarks() -> String {
        var text = ""
        for _ in 0..<1 + pick(8) {
            switch pick(8) {
            case 0..<3: text += mark()
            case 3..<7: text += scalar(Self.ranges)
            default: text += Self.strings[pick(Self.strings.count)]
            }
            if pick(2) == 0 {
                for _ in 0..<pick(4) { text += mark() }
            }
        }
        return text
    }

    private static let ranges: [ClosedRange<Int>] = [
        0x20...0x7E, 0x20...0x7E, 0x41...0x5A, 0x61...0x7A, 0x61...0x7A,
        0x00...0x2F, 0x7F...0xA0, 0xA1...0xFF, 0x100...0x24F, 0x250...0x2FF, 0x300...0x36F, 0x370...0x3FF,
        0x400...0x52F, 0x590...0x5FF, 0x600...0x6FF, 0x900...0x97F, 0x980...0xDFF, 0xE00...0xFFF, 0x1000...0x10FF,
        0x1100...0x11FF, 0x1AB0...0x1ACE, 0x1DC0...0x1DFF, 0x1E00...0x1EFF, 0x1F00...0x1FFF, 0x2000...0x206F,
        0x20D0...0x20F0, 0x2100...0x214F, 0x2190...0x22FF, 0x2E00...0x2E5D, 0x3000...0x30FF, 0x3400...0x3500,
        0x4E00...0x9FFF, 0xAC00...0xD7A3, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFB00...0xFEFF, 0xFF00...0xFFFF,
        0x10A00...0x10A50, 0x11100...0x11150, 0x1D150...0x1D1C0, 0x1D400...0x1D7FF, 0x1E000...0x1E02A,
        0x1E130...0x1E14F, 0x1F300...0x1FAFF, 0x20000...0x2FA20, 0xE0000...0xE01EF, 0x0...0x10FFFF,
    ]
    private static let strings = [
        "[SEP]", "[CLS]", "[MASK]", "[PAD]", "[UNK]", "[sep]", "[ SEP ]", "[SEP", "SEP]", "[[SEP]]", "[unused1]",
        "##ing",
        " ", "\n", "\r\n", "\t", ".", "'", "-", "\u{E9}", "e\u{301}", "\u{130}", "\u{1E9E}", "\u{FB01}", "\u{2028}",
        "\u{200D}", "\u{AD}", "\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467}", "\u{1DFA}\u{1ABF}",
        "\u{1E944}\u{301}\u{1AC0}", "\u{FFFD}", "na\u{EF}ve",
        "The", "quick", "INTERNATIONAL", "unbelievably", "42", "3.14", "http://x.org/?q=1",
    ]
    private static let keptMarks = [
        0x1ABF, 0x1AC0, 0x1AC1, 0x1AC3, 0x1DF6, 0x1DF7, 0x1DF8, 0x1DF9, 0x1DFA, 0x1DFB, 0x8D3, 0x8CF, 0x1E130, 0x1E2EC,
        0x10F46, 0x10F4D, 0x11F42, 0x1D165, 0x1D16D, 0x302E,
    ]
}
