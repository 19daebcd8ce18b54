import Identity
package import Platform
package import SystemPackage
import Text

/// The texts of a file, one after another: one for each line, or one for each object of JSON Lines.
///
/// Objects are parsed as strictly as the daemon parses them, and `.zst` files are unpacked. A title is left out: a row of
/// the result is the vector of `text` alone, as with other encoders.
package struct TextSource: ~Copyable {
    private var lines: LineReader
    private let isJSONLines: Bool

    /// Opens a file; `-` is standard input.
    ///
    /// - Parameters:
    ///   - file: the file, or `-`.
    ///   - isJSONLines: whether each line is an object; nil goes by the file's name.
    /// - Throws: `PlatformError`.
    package init(_ file: FilePath, isJSONLines: Bool? = nil) throws(PlatformError) {
        let name = file.lastComponent
        self.isJSONLines = isJSONLines ?? (name.map(DocumentFormat.contents) == .jsonLines)
        lines = try LineReader(
            OwnedDescriptor.openForReading(file), isCompressed: name.map(DocumentFormat.isCompressed) ?? false)
    }

    /// The next text, valid UTF-8; nil at the end.
    ///
    /// An empty line is an empty text, but blank lines between JSON objects are skipped.
    /// - Throws: `DocumentsError` of code `.input` with line and byte of what is wrong, `PlatformError` when reading fails.
    package mutating func next() throws -> [UInt8]? {
        while let line = try nextLine() {
            guard isJSONLines else {
                try checkEncoding(line)
                return line
            }
            guard UTF8Text.isBlank(line[...]) else { return try text(ofObject: line) }
        }
        return nil
    }

    private mutating func nextLine() throws -> [UInt8]? {
        do {
            return try lines.next()
        } catch let error as PlatformError where error.code == .corrupt {
            throw refusal(.badCompression(error))
        }
    }

    private func checkEncoding(_ line: [UInt8]) throws(DocumentsError) {
        guard let offset = UTF8Text.firstInvalid(line) else { return }
        throw DocumentsError(
            .input,
            "\(lines.path.displayName): line \(lines.lineNumber) is not UTF-8 from byte \(lines.lineOffset + offset) of the file on;"
                + " convert the file, for example with iconv -f WINDOWS-1252 -t UTF-8")
    }

    private func text(ofObject line: [UInt8]) throws(DocumentsError) -> [UInt8] {
        do throws(DocumentFault) {
            return try DocumentDecoder.text(ofObject: line, line: lines.lineNumber, at: lines.lineOffset)
        } catch {
            throw refusal(error)
        }
    }

    private func refusal(_ fault: DocumentFault) -> DocumentsError {
        DocumentsError(.input, "\(lines.path.displayName): \(fault.summary); \(fault.hint)")
    }
}
