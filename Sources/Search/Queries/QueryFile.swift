import Documents
import Identity
import Platform
package import SystemPackage
import Text

/// Reads queries from JSON Lines: objects with a string `text` and an `id` that is a string or a whole number.
package enum QueryFile {
    /// Reads all queries of a file; `-` is standard input, and `.zst` is unpacked.
    ///
    /// - Throws: `SearchError` with line and byte of what is wrong or for a damaged file, `PlatformError` when reading
    ///   fails, `DocumentsError` for an overlong line.
    package static func read(_ path: FilePath) throws -> [Query] {
        var lines = try LineReader(
            OwnedDescriptor.openForReading(path),
            isCompressed: path.lastComponent.map(DocumentFormat.isCompressed) ?? false)
        var queries: [Query] = []
        while let line = try next(&lines, of: path) {
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

    private static func next(_ lines: inout LineReader, of path: FilePath) throws -> [UInt8]? {
        do {
            return try lines.next()
        } catch let error as PlatformError where error.code == .corrupt {
            let fault = DocumentFault.badCompression(error)
            throw SearchError(.query, path: path.displayName, "\(fault.summary); \(fault.hint)")
        }
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
