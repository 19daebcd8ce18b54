/// What is wrong with a dropped file or with one line of it, in words for the person who dropped it.
package struct DocumentFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kind of fault, as the sidecar names it.
    package enum Code: String, Sendable, Hashable, CaseIterable {
        /// Not valid UTF-8.
        case notUTF8 = "E_UTF8"
        /// No text in it.
        case empty = "E_EMPTY"
        /// Larger than `spool.maximumFileBytes`, packed or unpacked.
        case tooBig = "E_TOO_BIG"
        /// A line is not a JSON object of the expected shape.
        case badJSON = "E_JSON"
        /// Two lines of a file have the same `id`.
        case duplicateItem = "E_DUPLICATE_ID"
        /// Not a valid zstd file.
        case badCompression = "E_ZSTD"
        /// The name's extension is of no format that is read.
        case unknownFormat = "E_FORMAT"
        /// A symbolic link, pipe, socket or device.
        case notAFile = "E_NOT_A_FILE"
        /// The operating system cannot read its contents.
        case unreadable = "E_READ"
        /// It was written to while it was read.
        case changed = "E_CHANGED"
        /// A power cut came before the contents had reached the disk.
        case lostByPowerCut = "E_LOST_BY_POWER_CUT"
        /// The daemon died on it again and again.
        case poison = "E_POISON"
        /// The encoder refuses the text.
        case encoder = "E_ENCODER"
    }

    package let code: Code
    /// One sentence: what is wrong.
    package let summary: String
    /// What to do about it.
    package let hint: String
    /// The first byte at fault, from 0, in the file as it was dropped, or unpacked.
    package var byteOffset: Int?
    /// Its line, from 1.
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

/// The lines of a `.jsonl` file that could not be taken: how many, and what is wrong with the first of them.
///
/// A small file can hold millions, so only so many are kept; their bytes are written to a file as they come.
package struct LineFaults: Sendable, Equatable {
    /// The first lines at fault, `limit` at most.
    package private(set) var first: [DocumentFault] = []
    /// How many lines are at fault.
    package private(set) var count = 0

    /// How many faults are kept in words.
    package static let limit = 100

    package init() {}

    /// Takes in one more line.
    package mutating func append(_ fault: DocumentFault) {
        count += 1
        if first.count < Self.limit { first.append(fault) }
    }

    /// Takes in what was found later.
    package mutating func append(_ others: LineFaults) {
        count += others.count
        first += others.first.prefix(Self.limit - first.count)
    }
}
