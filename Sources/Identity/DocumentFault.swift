/// What is wrong with a dropped file or one of its lines, in words for the person who dropped it.
package struct DocumentFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault, as in the sidecar file.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// It is not valid UTF-8.
        case notUTF8 = "E_UTF8"
        /// It contains no text.
        case empty = "E_EMPTY"
        /// It is larger than `spool.maximumFileBytes`, packed or unpacked.
        case tooBig = "E_TOO_BIG"
        /// A line is not a JSON object of the expected shape.
        case badJSON = "E_JSON"
        /// Two lines of a file have the same `id`.
        case duplicateItem = "E_DUPLICATE_ID"
        /// It is not a valid zstd file.
        case badCompression = "E_ZSTD"
        /// The extension of its name does not belong to a supported format.
        case unknownFormat = "E_FORMAT"
        /// It is a symbolic link, pipe, socket or device.
        case notAFile = "E_NOT_A_FILE"
        /// The operating system cannot read its contents.
        case unreadable = "E_READ"
        /// It changed while it was read.
        case changed = "E_CHANGED"
        /// A power cut happened before its contents reached the disk.
        case lostByPowerCut = "E_LOST_BY_POWER_CUT"
        /// The daemon died on it several times.
        case poison = "E_POISON"
        /// The encoder refuses the text.
        case encoder = "E_ENCODER"
    }

    package let code: Code
    /// What is wrong, in one sentence.
    package let summary: String
    /// What the reader should do.
    package let hint: String
    /// The first faulty byte, from 0, in the file as dropped, or unpacked.
    package var byteOffset: Int?
    /// The faulty line, from 1.
    package var line: Int?

    package init(
        _ code: Code, _ summary: String, hint: String, byteOffset: Int? = nil, line: Int? = nil
    ) {
        self.code = code
        self.summary = summary
        self.hint = hint
        self.byteOffset = byteOffset
        self.line = line
    }

    package var description: String { "\(code.rawValue): \(summary); \(hint)" }
}

/// The rejected lines of a `.jsonl` file: their number, and the faults of the first ones.
///
/// A small file can contain millions, so only some faults are kept; the bytes of all rejected lines go to a file as
/// they come.
package struct LineFaults: Sendable, Equatable {
    /// The first faults, at most `limit`.
    package private(set) var first: [DocumentFault] = []
    /// The number of rejected lines.
    package private(set) var count = 0

    /// How many faults are kept.
    package static let limit = 100

    package init() {}

    /// Adds one line.
    package mutating func append(_ fault: DocumentFault) {
        count += 1
        if first.count < Self.limit { first.append(fault) }
    }

    /// Adds the faults of later lines.
    package mutating func append(_ others: LineFaults) {
        count += others.count
        first += others.first.prefix(Self.limit - first.count)
    }
}
