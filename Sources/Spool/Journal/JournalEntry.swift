import FoundationEssentials
package import Platform
package import SystemPackage
import Text

/// What became of one file, as a line of the journal.
///
///     {"time":"2026-11-26T21:03:07Z","outcome":"indexed","path":"notes/a.md","claim":"…","size":812,
///      "modified":1795730587000000000,"place":"done/notes/a.md","sha256":"…","documents":1}
///
/// Further keys are `passages`, `replaced`, `replaced_passages`, `unchanged`, `failed_lines`, `code`, `summary`, `item` and
/// `joined_to`; what is nothing is left out. A path that is not UTF-8 also stands in `path_base64`, that of `joined_to` in
/// `joined_to_base64`. Keys are added, never renamed.
package struct JournalEntry: Sendable, Equatable {
    /// How a file ended.
    package enum Outcome: String, Sendable, CaseIterable {
        /// Its documents are in the index.
        case indexed
        /// The index had all of them already.
        case unchanged
        /// It could not be indexed, and lies in `failed/`.
        case failed
        /// Its documents were taken out of the index because somebody asked for it.
        case forgotten
    }

    /// When, as an RFC 3339 time of UTC.
    package var time: String
    package var outcome: Outcome
    /// The path below the inbox.
    package var path: FilePath
    /// The file whose documents its mended lines are now, below the inbox; nil for any other file.
    package var joinedTo: FilePath?
    package var claim: String
    /// Where the file went, below the spool; nil when it was deleted, or there was none.
    package var place: FilePath?
    package var size: Int
    /// Nanoseconds since 1970 of the last write.
    package var modified: Int64
    /// SHA-256 of the file; nil when it was not read to its end.
    package var digest: String?
    /// The documents in it, and how many of them the index had already.
    package var documents = 0
    package var unchanged = 0
    /// The passages that were added.
    package var passages = 0
    /// The documents of earlier versions that it took the place of, and their passages.
    package var replaced = 0
    package var replacedPassages = 0
    /// Lines of it that could not be taken.
    package var failedLines = 0
    /// Why it failed.
    package var code: String?
    package var summary: String?
    /// The id of the one document of the file that it is about.
    package var item: String?

    package init(
        _ outcome: Outcome, of path: FilePath, claim: String, place: FilePath?, status: FileStatus,
        time: String = RealTime.now.timestamp
    ) {
        self.time = time
        self.outcome = outcome
        self.path = path
        self.claim = claim
        self.place = place
        size = status.size
        modified = status.modified
    }

    /// The line of a document that was forgotten, with one of its files if there was any.
    package init(
        forgotten path: FilePath, claim: String, place: FilePath?, status: FileStatus?,
        time: String = RealTime.now.timestamp
    ) {
        self.time = time
        outcome = .forgotten
        self.path = path
        self.claim = claim
        self.place = place
        size = status?.size ?? 0
        modified = status?.modified ?? 0
    }

    /// The line, without its line feed.
    package var line: String {
        var object = JSONObject()
        object.add("time", time)
        object.add("outcome", outcome.rawValue)
        object.add("path", exactly: path)
        if let joinedTo { object.add("joined_to", exactly: joinedTo) }
        object.add("claim", claim)
        object.add("size", size)
        object.add("modified", modified)
        // A million files are a million lines, so what is nothing is left out.
        if let place { object.add("place", place.displayName) }
        if let digest { object.add("sha256", digest) }
        for (key, count) in [
            ("documents", documents), ("passages", passages), ("replaced", replaced),
            ("replaced_passages", replacedPassages), ("unchanged", unchanged), ("failed_lines", failedLines),
        ] where count > 0 {
            object.add(key, count)
        }
        if let code { object.add("code", code) }
        if let summary { object.add("summary", summary) }
        if let item { object.add("item", item) }
        return object.text
    }

    /// Parses a line; nil for one that was cut off or comes from a later version.
    package init?(line: [UInt8]) {
        guard let object = try? JSONLine(line) else { return nil }
        var texts: [String: String] = [:]
        var numbers: [String: Int64] = [:]
        for member in object.members {
            if let text = object.string(member) { texts[member.name] = text }
            if let number = object.integer(member).flatMap({ Int64($0) }) { numbers[member.name] = number }
        }
        func exactPath(_ key: String) -> FilePath? {
            texts[key + "_base64"].flatMap { Data(base64Encoded: $0) }.flatMap { FilePath(bytes: Array($0)) }
                ?? texts[key].map { FilePath($0) }
        }
        guard let time = texts["time"], let outcome = texts["outcome"].flatMap(Outcome.init),
            let path = exactPath("path"), let claim = texts["claim"]
        else { return nil }
        joinedTo = exactPath("joined_to")
        self.time = time
        self.outcome = outcome
        self.path = path
        self.claim = claim
        place = texts["place"].map { FilePath($0) }
        size = Int(numbers["size"] ?? 0)
        modified = numbers["modified"] ?? 0
        digest = texts["sha256"]
        documents = Int(numbers["documents"] ?? 0)
        passages = Int(numbers["passages"] ?? 0)
        replaced = Int(numbers["replaced"] ?? 0)
        replacedPassages = Int(numbers["replaced_passages"] ?? 0)
        unchanged = Int(numbers["unchanged"] ?? 0)
        failedLines = Int(numbers["failed_lines"] ?? 0)
        code = texts["code"]
        summary = texts["summary"]
        item = texts["item"]
    }
}

extension JSONObject {
    /// Adds a path as people see it, and exactly where that is not the same.
    fileprivate mutating func add(_ key: String, exactly path: FilePath) {
        add(key, path.displayName)
        if String(validating: path.bytes, as: UTF8.self) != path.displayName {
            add(key + "_base64", Data(path.bytes).base64EncodedString())
        }
    }
}
