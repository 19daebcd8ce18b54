/// Characters that stand for others in the same word, depending on keyboards and typesetting.
enum SpellingVariants {
    /// The plain form of an apostrophe, a hyphen or a full-width form of ASCII; nil for any other character.
    static func plain(_ scalar: UInt32) -> UInt32? {
        switch scalar {
        // Both quotation marks, and the letter that some languages write as an apostrophe.
        case 0x2018, 0x2019, 0x02BC: apostrophe
        // The hyphen, and the one at which no line breaks.
        case 0x2010, 0x2011: UInt32(Connector.hyphen.rawValue)
        case 0xFF01...0xFF5E: scalar - 0xFEE0
        default: nil
        }
    }

    /// The spelling without the stroke or ligature of a folded letter that has no decomposition; empty for others.
    static func strokeless(_ scalar: UInt32) -> [UInt32] {
        switch scalar {
        case 0x00E6: [0x61, 0x65]
        case 0x00F0, 0x0111: [0x64]
        case 0x00F8: [0x6F]
        case 0x00FE: [0x74, 0x68]
        case 0x0127: [0x68]
        case 0x0131: [0x69]
        case 0x0142: [0x6C]
        case 0x0153: [0x6F, 0x65]
        case 0x0167: [0x74]
        default: []
        }
    }

    static let apostrophe: UInt32 = 0x27
}
