import FoundationEssentials
package import Platform
package import SystemPackage
import Text

/// Reads the texts of a file one by one: one per line, or the `text` of each object of JSON Lines.
package struct TextSource: ~Copyable {
    /// How a file stores its texts.
    package enum Format: Sendable, Equatable {
        /// Each line is a text; an empty line is an empty text.
        case lines
        /// Each line is a JSON object with a string `text`; blank lines are skipped.
        case jsonLines

        /// The format by the file's name: `.jsonl` and `.ndjson` are JSON Lines, anything else contains lines.
        package init(of path: FilePath) {
            self = ["jsonl", "ndjson"].contains(path.extension ?? "") ? .jsonLines : .lines
        }
    }

    private var lines: LineReader
    private let path: FilePath
    private let format: Format

    /// Opens a file; without a `format` its name decides.
    ///
    /// Throws `PlatformError`.
    package init(_ path: FilePath, format: Format? = nil) throws(PlatformError) {
        self.init(try OwnedDescriptor.openForReading(path), format: format ?? Format(of: path))
    }

    /// Reads from an open descriptor, such as standard input.
    package init(_ descriptor: consuming OwnedDescriptor, format: Format) {
        path = descriptor.path
        lines = LineReader(descriptor)
        self.format = format
    }

    /// The next text, valid UTF-8; nil at the end.
    ///
    /// - Throws: `DocumentsError` of code `.input` with the line and byte of the fault, `PlatformError` when reading
    ///   fails.
    package mutating func next() throws -> [UInt8]? {
        while let line = try lines.next() {
            try checkEncoding(line)
            switch format {
            case .lines: return line
            case .jsonLines where UTF8Text.isBlank(line[...]): continue
            case .jsonLines: return try text(ofObject: line)
            }
        }
        return nil
    }

    private func checkEncoding(_ line: [UInt8]) throws(DocumentsError) {
        guard let offset = UTF8Text.firstInvalid(line) else { return }
        throw DocumentsError(
            .input,
            "\(path.displayName): line \(lines.lineNumber) is not UTF-8 from byte \(lines.lineOffset + offset) of the file on;"
                + " convert the file, for example with iconv -f WINDOWS-1252 -t UTF-8")
    }

    private func text(ofObject line: [UInt8]) throws(DocumentsError) -> [UInt8] {
        struct Object: Decodable {
            let text: String
        }
        do {
            return Array(try JSONDecoder().decode(Object.self, from: Data(line)).text.utf8)
        } catch let error as DecodingError {
            throw DocumentsError(
                .input,
                "\(path.displayName): line \(lines.lineNumber) \(Self.reason(error)); correct or remove the line")
        } catch {
            throw DocumentsError(.input, "\(path.displayName): line \(lines.lineNumber): \(error)")
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound: "has no key \"text\""
        case .typeMismatch(_, let context) where context.codingPath.isEmpty: "is not a JSON object"
        case .typeMismatch, .valueNotFound: "has a \"text\" that is not a string"
        case .dataCorrupted: "is not valid JSON"
        @unknown default: "cannot be read: \(error)"
        }
    }
}
