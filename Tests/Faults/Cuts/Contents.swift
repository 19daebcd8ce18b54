import Identity
import IngestSupport
import SystemPackage

/// What the daemon is to make of the bytes of a dropped file.
struct Contents: Equatable {
    /// The texts as the index gives them, by the item of the line, or by an empty one for a whole file.
    private(set) var documents: [String: String] = [:]
    /// Whether documents of earlier versions that are missing here are removed.
    private(set) var isWhole = true
    /// The file whose rejected lines these are, mended.
    private(set) var continues: FilePath?
    /// Whether the file as a whole is at fault.
    var isBad: Bool { documents.isEmpty }

    init(_ bytes: [UInt8], of path: FilePath) {
        guard path.extension == "jsonl" else {
            let text = StubPassageEncoder.stored(bytes)
            let isText = String(validating: bytes, as: UTF8.self) != nil
            if isText, !text.isEmpty, bytes.contains(where: { $0 > 0x20 }) { documents[""] = text }
            return
        }
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.contains(where: { $0 > 0x20 }) {
            if let continuation = Continuation(line: Array(line)) {
                continues = continuation.path
                isWhole = false
                continue
            }
            guard let (item, text) = Self.parse(String(decoding: line, as: UTF8.self)), documents[item] == nil else {
                isWhole = false
                continue
            }
            documents[item] = text
        }
    }

    /// A line of a `.jsonl` file.
    static func line(_ item: String, _ text: String) -> String { "{\"id\":\"\(item)\",\"text\":\"\(text)\"}\n" }

    private static func parse(_ text: String) -> (item: String, text: String)? {
        let parts = text.split(separator: "\"", omittingEmptySubsequences: false)
        guard parts.count == 9, parts[1] == "id", parts[5] == "text", parts[8] == "}" else { return nil }
        return (String(parts[3]), String(parts[7]))
    }

    /// The documents of a path after a file with these contents was taken.
    func applied(to before: [String: String]) -> [String: String] {
        if isBad { return before }
        return isWhole ? documents : before.merging(documents) { $1 }
    }
}
