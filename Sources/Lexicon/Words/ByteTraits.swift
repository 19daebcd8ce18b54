/// What a byte means where a word may begin, go on or end.
struct ByteTraits: OptionSet {
    let rawValue: UInt8

    static let letter = ByteTraits(rawValue: 1)
    static let digit = ByteTraits(rawValue: 2)
    static let underscore = ByteTraits(rawValue: 4)
    /// Joins the words around it to a compound.
    static let connector = ByteTraits(rawValue: 8)
    /// Joins letters to one word, and digits.
    static let apostrophe = ByteTraits(rawValue: 16)
    /// Part of a character beyond ASCII.
    static let nonASCII = ByteTraits(rawValue: 32)

    /// What a word can begin with.
    static let wordStart: ByteTraits = [.letter, .digit, .underscore, .nonASCII]

    /// The traits of all bytes; none for those that only separate words.
    static let table: [ByteTraits] = (0...255 as ClosedRange<UInt8>).map { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): .letter
        case UInt8(ascii: "0")...UInt8(ascii: "9"): .digit
        case UInt8(ascii: "_"): .underscore
        case UInt8(ascii: "'"): .apostrophe
        case 0x80...: .nonASCII
        default: Connector(rawValue: byte) == nil ? [] : .connector
        }
    }
}
