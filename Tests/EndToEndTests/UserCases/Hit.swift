import Foundation

/// A line of `vectorspool search --json`.
struct Hit: Decodable {
    let document: String
    let text: String
    /// Where the original lies.
    let path: String?

    init(_ line: Substring) throws {
        self = try JSONDecoder().decode(Hit.self, from: Data(line.utf8))
    }
}
