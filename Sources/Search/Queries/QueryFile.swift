import Documents
import Platform
package import SystemPackage
import Text

/// Reads queries from JSON Lines: objects with a string `text` and an `id` that is a string or a whole number.
package enum QueryFile {
    /// Reads all queries of a file; `-` is standard input.
    ///
    /// - Throws: `SearchError` with the faulty line, `PlatformError` when reading fails, `DocumentsError` for an
    ///   overlong line.
    package static func read(_ path: FilePath) throws -> [Query] {
        var lines = try LineReader(OwnedDescriptor.openForReading(path))
        var queries: [Query] = []
        while let line = try lines.next() {
            if UTF8Text.isBlank(line[...]) { continue }
            guard let query = Query(object: line) else {
                throw SearchError(
                    .query, path: path.displayName,
                    "line \(lines.lineNumber) is not a JSON object with a string \"text\" and an optional \"id\"; correct it"
                )
            }
            queries.append(query)
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

extension Query {
    /// Reads a JSON object; nil for what is no query.
    fileprivate init?(object bytes: [UInt8]) {
        guard let object = try? JSONLine(bytes) else { return nil }
        var id: String?
        var text: String?
        for member in object.members {
            switch member.name {
            case "id" where !object.isNull(member):
                id = object.string(member) ?? object.integer(member)
                if id == nil { return nil }
            case "text": text = object.string(member)
            default: break
            }
        }
        guard let text else { return nil }
        self.init(id: id, text: text)
    }
}
