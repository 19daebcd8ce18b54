package import Identity
import Text

/// Checks a text piece by piece before it is used: whether it is valid UTF-8, and whether it contains anything.
package struct TextSurvey {
    /// The first fault; nil while the text is valid.
    package private(set) var fault: DocumentFault?
    /// Whether there have been only white space and zero bytes so far.
    package private(set) var isBlank = true
    package private(set) var hasZero = false
    /// The length of a UTF-8 byte order mark at the beginning, which is not part of the text.
    package private(set) var markLength = 0

    private var offset = 0
    private var line = 1
    private var beginning: [UInt8] = []
    /// The beginning of a character that is not complete yet.
    private var rest: [UInt8] = []

    private let validates: Bool
    private static let beginningByteCount = 4096

    /// Starts a check; `validates` is false for a file whose lines are checked one by one.
    package init(validates: Bool) {
        self.validates = validates
    }

    /// Checks the next piece.
    package mutating func add(_ piece: [UInt8]) {
        if offset == 0 { markLength = UTF8Text.markLength(piece) }
        if beginning.count < Self.beginningByteCount {
            beginning += piece.prefix(Self.beginningByteCount - beginning.count)
        }
        let text = offset == 0 && markLength > 0 ? piece[markLength...] : piece[...]
        if isBlank { isBlank = UTF8Text.isBlank(text) }
        if !hasZero { hasZero = text.contains(0) }
        offset += piece.count - text.count
        validate(rest.isEmpty ? text : (rest + text)[...], isLast: false)
    }

    /// Ends the text.
    package mutating func finish() {
        validate(rest[...], isLast: true)
    }

    private mutating func validate(_ bytes: ArraySlice<UInt8>, isLast: Bool) {
        guard validates, fault == nil else { return }
        let whole = isLast ? bytes.endIndex : UTF8Text.endOfWholeCharacters(bytes)
        // Positions count from the first byte of `bytes`, some of which came with the previous piece.
        let base = offset - rest.count
        let valid = Array(bytes[..<whole])
        if let place = UTF8Text.firstInvalid(valid) {
            fault = DocumentFault.notUTF8(
                valid[place], at: base + place, line: line + valid[..<place].count { $0 == UInt8(ascii: "\n") },
                beginning: beginning)
        }
        line += valid.count { $0 == UInt8(ascii: "\n") }
        offset = base + bytes.count
        rest = Array(bytes[whole...])
    }
}
