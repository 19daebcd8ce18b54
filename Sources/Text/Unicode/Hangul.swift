/// The arithmetic of Hangul syllables (Unicode, section 3.12).
enum Hangul {
    /// The syllable of a first consonant and a vowel, or of such a syllable and a final consonant; nil for other pairs.
    static func composite(of first: UInt32, _ second: UInt32) -> UInt32? {
        if first &- firstConsonant < 19, second &- vowel < vowels {
            return syllable + ((first - firstConsonant) * vowels + second - vowel) * finals
        }
        // The number 0 of the finals means none.
        guard first &- syllable < 19 * vowels * finals, (first - syllable) % finals == 0,
            second > beforeFinals, second - beforeFinals < finals
        else { return nil }
        return first + second - beforeFinals
    }

    private static let syllable: UInt32 = 0xAC00
    private static let firstConsonant: UInt32 = 0x1100
    private static let vowel: UInt32 = 0x1161
    private static let beforeFinals: UInt32 = 0x11A7
    private static let vowels: UInt32 = 21
    private static let finals: UInt32 = 28
}
