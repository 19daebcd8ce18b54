import Text

/// A name as somebody gives it for a document or its file, with what it can mean.
///
/// People type names, copy them from what searches print, and let the shell complete them. So a name has several meanings, and
/// a command takes the first of which something is known: a file whose name does end in `:12` comes before line 12 of another.
package struct DocumentName: Sendable, Equatable {
    /// As it was given; it need not be UTF-8.
    package let given: [UInt8]
    /// What it can mean as it stands, the likeliest first.
    ///
    /// That is a path, as it was typed and as names are shown that have something to hide, and then a path and an id. A path may
    /// hold the mark between the two, so each mark may be that one.
    package let meanings: [DocumentIdentifier]
    /// What it can mean without the line, or the lines, that searches print after a place, as in `a.md:12` and `a.md:1-2`;
    /// none where it ends in no line.
    package let meaningsWithoutLines: [DocumentIdentifier]

    /// Reads a name that may hold any bytes.
    package init(_ given: [UInt8]) {
        self.given = given
        let typed = String(validating: given, as: UTF8.self)
        let shown = typed.map { TerminalText.bytes(ofName: $0) } ?? given
        let readings = shown == given ? [given] : [given, shown]
        meanings = Self.meanings(of: readings)
        meaningsWithoutLines = Self.meanings(of: readings.compactMap(Self.withoutLines))
    }

    /// Reads a name that is text.
    package init(_ typed: String) { self.init(Array(typed.utf8)) }

    private static func meanings(of readings: [[UInt8]]) -> [DocumentIdentifier] {
        // No path is empty, or holds a zero.
        let readings = readings.filter { !$0.isEmpty && !$0.contains(0) }
        return readings.map { DocumentIdentifier(path: $0) } + readings.flatMap(items)
    }

    private static func items(_ reading: [UInt8]) -> [DocumentIdentifier] {
        reading.indices.dropFirst().filter { reading[$0] == UInt8(ascii: "#") }.reversed().map {
            DocumentIdentifier(path: Array(reading[..<$0]), item: Array(reading[($0 + 1)...]))
        }
    }

    /// The lines that the name ends in; nil where it does not, or for those that no document has.
    package var lines: ClosedRange<Int>? {
        guard let (_, numbers) = Self.lines(given), let first = numbers.first, let last = numbers.last,
            first >= 1, first <= last
        else { return nil }
        return first...last
    }

    /// The name and the passage where it ends in `#` and a number; nil where it does not.
    package var passage: (document: DocumentName, number: Int)? {
        guard let mark = given.lastIndex(of: UInt8(ascii: "#")), mark > 0,
            let number = Self.number(given[(mark + 1)...])
        else { return nil }
        return (DocumentName(Array(given[..<mark])), number)
    }

    /// The name without the lines or the passage that it ends in; nil where it ends in neither.
    package var withoutPart: DocumentName? {
        Self.withoutLines(given).map { DocumentName($0) } ?? passage?.document
    }

    /// What stands before `:12` or `:1-2`; nil where it does not end so.
    private static func withoutLines(_ reading: [UInt8]) -> [UInt8]? { lines(reading)?.name }

    /// What stands before `:12` or `:1-2`, and the numbers; nil where it does not end so.
    private static func lines(_ reading: [UInt8]) -> (name: [UInt8], numbers: [Int])? {
        guard let mark = reading.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        let parts = reading[(mark + 1)...].split(
            separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let numbers = parts.compactMap(number)
        return parts.count <= 2 && numbers.count == parts.count ? (Array(reading[..<mark]), numbers) : nil
    }

    /// The number that digits are; the largest for one that is larger.
    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        guard !digits.isEmpty, digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else { return nil }
        return Int(String(decoding: digits, as: UTF8.self)) ?? .max
    }
}
