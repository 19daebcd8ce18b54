/// What a code point is to words, case and accents: one number of the generated table.
package struct WordProperties: Sendable, Hashable {
    /// A script that is written without spaces between words.
    package enum UnspacedScript: UInt8, Sendable {
        case han = 1
        case hiragana
        case katakana
        case hangul
        case thai
        case lao
        case khmer
        case myanmar
        case taiLe
        case newTaiLue
        case taiTham
        case taiViet
        case ahom
        /// A lengthening or repetition mark, which continues a run of either kana.
        case kanaMark
        /// A vowel or final consonant that belongs to the Hangul syllable before it.
        case hangulTrail
    }

    /// The number in the table; its bits are described in the script that writes the table.
    @usableFromInline let bits: UInt32

    @usableFromInline
    init(bits: UInt32) {
        self.bits = bits
    }

    /// The class of UAX #29.
    @inlinable package var wordBreak: WordBreak { WordBreak(rawValue: UInt8(truncatingIfNeeded: bits & 31)) ?? .other }

    /// Whether it is a pictogram, which a joiner may bind to the one before.
    @inlinable package var isPictographic: Bool { bits & 1 &<< 5 != 0 }

    /// What the character is within a word: one of the KINDS of the script that writes the table.
    @inlinable var kind: UInt32 { bits &>> 6 & 7 }

    /// Whether it is a letter.
    @inlinable package var isLetter: Bool { 1...3 ~= kind }

    /// Whether it is a lower-case letter.
    @inlinable package var isLowercase: Bool { kind == 2 }

    /// Whether it is an upper-case or title-case letter.
    @inlinable package var isUppercase: Bool { kind == 3 }

    /// Whether it is a number.
    @inlinable package var isNumber: Bool { kind == 4 }

    /// Whether it is a mark on the character before it, an accent or one that belongs to the spelling.
    @inlinable package var isMark: Bool { 5...6 ~= kind }

    /// Whether it is a mark that people leave out: a nonspacing mark of combining class 10 or more.
    @inlinable package var isAccent: Bool { kind == 6 }

    /// Whether it has no shape of its own, as a soft hyphen has none.
    @inlinable package var isIgnorable: Bool { kind == 7 }

    /// The script, if it is one without spaces; nil for marks, which belong to the character before them.
    @inlinable package var unspacedScript: UnspacedScript? {
        UnspacedScript(rawValue: UInt8(truncatingIfNeeded: bits &>> 9 & 15))
    }

    /// The canonical combining class, which orders marks.
    @inlinable package var combiningClass: UInt8 { UInt8(truncatingIfNeeded: bits &>> 13) }

    /// Whether the character has a decomposition or a case folding.
    @inlinable package var changes: Bool { bits & 1 &<< 21 != 0 }
}
