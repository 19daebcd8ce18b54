import Documents
import Identity
import Platform
package import SystemPackage
import Text

/// Reads queries from JSON Lines: objects with a string `text` and an `id` that is a string or a whole number.
package enum QueryFile {
    /// Reads all queries of a file; `-` is standard input, and `.zst` is unpacked.
    ///
    /// - Throws: `SearchError` with line and byte of what is wrong, `PlatformError` when reading fails, `DocumentsError`
    ///   for an overlong line.
    package static func read(_ path: FilePath) throws -> [Query] {
        var lines = try LineReader(
            OwnedDescriptor.openForReading(path),
            isCompressed: path.lastComponent.map(DocumentFormat.isCompressed) ?? false)
        var queries: [Query] = []
        while let line = try lines.next() {
            if UTF8Text.isBlank(line[...]) { continue }
            do throws(DocumentFault) {
                let query = try DocumentDecoder.query(line, line: lines.lineNumber, at: lines.lineOffset)
                queries.append(Query(id: query.id, text: query.text))
            } catch {
                throw SearchError(.query, path: path.displayName, "\(error.summary); \(error.hint)")
            }
        }
        return queries
    }
}

/// A text to search for.
package struct Query: Sendable, Equatable {
    /// Its name in a file of queries; nil for a query on the command line.
    package let id: String?
    package let text: String

    package init(id: String? = nil, text: String) {
        self.id = id
        self.text = text
    }

    /// The name that hits use: the id, else the text.
    package var label: String { id ?? text }
}
