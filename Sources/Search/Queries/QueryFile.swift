import Documents
import FoundationEssentials
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
        var lines = LineReader(try OwnedDescriptor.openForReading(path))
        var queries: [Query] = []
        while let line = try lines.next() {
            if UTF8Text.isBlank(line[...]) { continue }
            do {
                let object = try JSONDecoder().decode(Object.self, from: Data(line))
                queries.append(Query(id: object.id?.text, text: object.text))
            } catch {
                throw SearchError(
                    .query, path: path.displayName,
                    "line \(lines.lineNumber) is not a JSON object with a string \"text\" and an optional \"id\"; correct it"
                )
            }
        }
        return queries
    }

    private struct Object: Decodable {
        let id: Identifier?
        let text: String
    }

    private struct Identifier: Decodable {
        let text: String

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let number = try? value.decode(Int.self) {
                text = String(number)
            } else {
                text = try value.decode(String.self)
            }
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
