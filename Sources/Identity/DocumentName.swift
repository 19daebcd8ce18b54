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

    /// What stands before `:12` or `:1-2`; nil where it does not end so.
    private static func withoutLines(_ reading: [UInt8]) -> [UInt8]? {
        guard let mark = reading.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        let numbers = reading[(mark + 1)...].split(
            separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        let areNumbers = numbers.allSatisfy { number in
            !number.isEmpty && number.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        }
        return numbers.count <= 2 && areNumbers ? Array(reading[..<mark]) : nil
    }
}
