import FoundationEssentials
package import Platform
package import SystemPackage
import Text

/// The sidecar `failed/<name>.error.json`: why a file failed, where, and what to do, for people and programs.
package struct FailureReport: Codable, Sendable, Equatable {
    /// Where in the file.
    package struct Detail: Codable, Sendable, Equatable {
        /// From 0, in the unpacked contents.
        package var byteOffset: Int?
        /// From 1.
        package var line: Int?
    }

    /// A line of a `.jsonl` file that failed while its neighbours were taken.
    package struct Line: Codable, Sendable, Equatable {
        package var line: Int?
        package var byteOffset: Int?
        package var code: String
        package var summary: String
    }

    /// One try.
    package struct Attempt: Codable, Sendable, Equatable {
        package var at: String
        package var stage: String
        package var code: String
        package var message: String
    }

    /// Who says so.
    package struct Daemon: Codable, Sendable, Equatable {
        package var version: String
        package var pipeline: String
        package var boot: String
        package var invocation: String?
    }

    /// Version of this layout.
    package var schema = 1
    package var summary: String
    package var code: String
    package var hint: String
    package var stage: String
    /// `document`: the file is at fault; a fault of the system never ends in `failed/`.
    package var `class` = "document"
    package var detail: Detail?
    /// The lines at fault, when the rest of the file was indexed; the first 100.
    package var lines: [Line]?
    /// How many lines failed.
    package var failedLines: Int?
    /// Name and path for people, as `TerminalText.name` shows them.
    package var name: String
    package var relativePath: String
    /// The path below the inbox, exactly.
    package var relativePathBase64: String
    package var owner: UInt32
    package var mode: String
    package var size: Int
    package var modified: String
    package var sha256: String?
    package var claim: String?
    package var firstSeen: String
    package var failedAt: String
    package var attempts: [Attempt]
    package var daemon: Daemon
    package var retry: String

    /// The path below the inbox; nil when the report was damaged.
    package var originalPath: FilePath? {
        Data(base64Encoded: relativePathBase64).flatMap { FilePath(bytes: Array($0)) }
    }

    /// The report as the file has it: indented, keys sorted, a line feed at the end.
    package var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Strings, numbers and arrays of them always encode.
        return ((try? encoder.encode(self)).map { JSONText.escaped($0) } ?? []) + [UInt8(ascii: "\n")]
    }

    /// Reads a sidecar; nil when there is none or it is damaged.
    ///
    /// - Throws: `PlatformError` when the system does not say which: whoever took that for "none" would write a second one.
    package static func read(_ path: FilePath, in directory: OpenDirectory) throws(PlatformError) -> FailureReport? {
        let bytes: [UInt8]
        do throws(PlatformError) {
            bytes = try directory.contents(of: path, limit: 1 << 22)
        } catch {
            guard error.isShortage || error.cause == .ioError else { return nil }
            throw error
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(FailureReport.self, from: Data(bytes))
    }
}
