/// The property Word_Break of UAX #29, which says how a character behaves where words begin and end.
package enum WordBreak: UInt8, Sendable {
    case other
    case carriageReturn
    case lineFeed
    case newline
    case extend
    case joiner
    case format
    case katakana
    case hebrewLetter
    case letter
    case singleQuote
    case doubleQuote
    case midNumberOrLetter
    case midLetter
    case midNumber
    case numeric
    case extendNumberOrLetter
    case regionalIndicator
    case space
}
