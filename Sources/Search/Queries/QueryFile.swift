import Documents
import FoundationEssentials
import Platform
package import SystemPackage
import Text

/// Reads queries from JSON Lines: objects with a string `text` and an `id` that is a string or a whole number.
package enum QueryFile {
    /// All queries of a file; `-` is standard input.
    ///
    /// - Throws: `SearchError` with the line at fault, `PlatformError` when reading fails, `DocumentsError` for an endless line.
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
                    "line \(lines.lineNumber) is not a JSON object with a string \"text\" and an optional \"id\"; mend it"
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

/// What somebody wants to find.
package struct Query: Sendable, Equatable {
    /// The name by which a file of queries knows it; nil for one that was typed.
    package let id: String?
    package let text: String

    package init(id: String? = nil, text: String) {
        self.id = id
        self.text = text
    }

    /// What hits call it: its id, else its text.
    package var label: String { id ?? text }
}
