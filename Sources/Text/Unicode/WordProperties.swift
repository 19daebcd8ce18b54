/// What a code point is to words, case and accents: one number of the generated table.
package struct WordProperties: Sendable, Hashable {
    /// What a character is within a word.
    package enum Kind: UInt8, Sendable {
        case other
        /// A letter without case.
        case letter
        case lowercase
        /// An upper-case or title-case letter.
        case uppercase
        case number
        /// A mark that belongs to the spelling, such as a vowel sign.
        case mark
        /// A mark above or below a letter that people leave out: a nonspacing mark of combining class 10 or more.
        case accent
        /// A character without a shape of its own, such as a soft hyphen.
        case ignorable
    }

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

    /// What the character is within a word.
    @inlinable package var kind: Kind { Kind(rawValue: UInt8(truncatingIfNeeded: bits &>> 6 & 7)) ?? .other }

    /// The script, if it is one without spaces; nil for marks, which belong to the character before them.
    @inlinable package var unspacedScript: UnspacedScript? {
        UnspacedScript(rawValue: UInt8(truncatingIfNeeded: bits &>> 9 & 15))
    }

    /// The canonical combining class, which orders marks.
    @inlinable package var combiningClass: UInt8 { UInt8(truncatingIfNeeded: bits &>> 13) }

    /// Whether the character has a decomposition or a case folding.
    @inlinable package var changes: Bool { bits & 1 &<< 21 != 0 }
}
