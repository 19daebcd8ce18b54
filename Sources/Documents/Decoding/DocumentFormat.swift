import Identity
import Platform
package import SystemPackage

/// How to read the contents of a file, according to its name.
package struct DocumentFormat: Sendable, Equatable {
    package enum Contents: Sendable, Equatable {
        /// The whole file is one document.
        case text
        /// Every line is a JSON object: a document with `id`, `text`, an optional `title` and metadata.
        case jsonLines

        /// Whether the whole file is one document, which is taken as a whole or not at all.
        package var isOneDocument: Bool { self == .text }
    }

    package let contents: Contents
    package let isCompressed: Bool

    /// The format of a file name; nil when it is not supported.
    package init?(name: FilePath.Component) {
        var name = Self.lowercased(Self.withoutMark(name.bytes))
        isCompressed = Self.removeSuffix(".zst", of: &name)
        let dot = name.lastIndex(of: UInt8(ascii: "."))
        // A name whose only dot comes first is a hidden name without an extension.
        let suffix = dot.map { $0 == 0 ? [] : Array(name[($0 + 1)...]) } ?? []
        switch String(decoding: suffix, as: UTF8.self) {
        case "", "txt", "text", "md": contents = .text
        case "jsonl", "ndjson": contents = .jsonLines
        // This dot belongs to a sentence, not to an extension: `Dr. Who`, `Version 2.0`.
        case _ where dot != nil && !Self.looksLikeExtension(suffix): contents = .text
        default: return nil
        }
    }

    /// The name of the file that mended lines belong to, for which they lie in `done/`; any other name as it is.
    private static func withoutMark(_ name: [UInt8]) -> [UInt8] {
        let mark = Array(OwnMark.lines.utf8)
        guard name.count > mark.count,
            let place = (1...name.count - mark.count).last(where: { name[$0...].starts(with: mark) })
        else { return name }
        return Array(name[..<place])
    }

    /// Whether a name says that the contents are packed with zstd, also where the format in it is not supported.
    package static func isCompressed(name: FilePath.Component) -> Bool {
        var name = lowercased(name.bytes)
        return removeSuffix(".zst", of: &name)
    }

    /// How a command reads a file that was named to it, which is text unless the name says otherwise.
    package static func contents(name: FilePath.Component) -> Contents {
        DocumentFormat(name: name)?.contents ?? .text
    }

    /// The formats for messages.
    package static let known = ".txt, .text, .md, .jsonl, .ndjson, names without extension, each also with .zst"

    private static func lowercased(_ bytes: [UInt8]) -> [UInt8] {
        bytes.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
    }

    private static func removeSuffix(_ suffix: String, of name: inout [UInt8]) -> Bool {
        let suffix = Array(suffix.utf8)
        guard name.count > suffix.count, name.suffix(suffix.count).elementsEqual(suffix) else { return false }
        name.removeLast(suffix.count)
        return true
    }

    private static func looksLikeExtension(_ suffix: [UInt8]) -> Bool {
        suffix.count <= 10 && suffix.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            && suffix.contains { $0 >= 0x61 && $0 <= 0x7A }
    }
}
