import FoundationEssentials
package import Platform
package import SystemPackage
import Text

/// The sidecar `failed/<path>.vectorspool-error.json`: why a file failed, where, and what to do, for people and programs.
package struct FailureReport: Codable, Sendable, Equatable {
    /// The position in the file.
    package struct Detail: Codable, Sendable, Equatable {
        /// The offset, from 0, in the unpacked contents.
        package var byteOffset: Int?
        /// The line, from 1.
        package var line: Int?
    }

    /// A rejected line of a `.jsonl` file whose other lines were indexed.
    package struct Line: Codable, Sendable, Equatable {
        package var line: Int?
        package var byteOffset: Int?
        package var code: String
        package var summary: String
    }

    /// One attempt.
    package struct Attempt: Codable, Sendable, Equatable {
        package var at: String
        package var stage: String
        package var code: String
        package var message: String
    }

    /// The daemon that wrote the report.
    package struct Daemon: Codable, Sendable, Equatable {
        package var version: String
        package var pipeline: String
        package var boot: String
        package var invocation: String?
    }

    /// The version of this layout.
    package var schema = 1
    package var summary: String
    package var code: String
    package var hint: String
    package var stage: String
    /// Always `document`, because faults of the system never end in `failed/`.
    package var `class` = "document"
    package var detail: Detail?
    /// The first 100 rejected lines, when the rest of the file was indexed.
    package var lines: [Line]?
    /// The number of rejected lines.
    package var failedLines: Int?
    /// False when nothing lies beside the sidecar, because the lines lie in `done/` with the others, or
    /// the file in the inbox.
    package var hasFile: Bool?
    /// The name and path for people, as in `TerminalText.name`.
    package var name: String
    package var relativePath: String
    /// The exact path below the inbox.
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

    /// The report as in the file: indented, with sorted keys and a final line feed.
    package var json: [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Strings, numbers and arrays of them always encode.
        return ((try? encoder.encode(self)).map { JSONText.escaped($0) } ?? []) + [UInt8(ascii: "\n")]
    }

    /// Reads a sidecar; nil when it is missing or damaged.
    ///
    /// - Throws: `PlatformError` when the system does not say whether it exists; treating that as missing would write a
    ///   second one.
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
