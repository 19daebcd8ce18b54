package import Identity
import Platform
import SystemPackage
import Text

/// All that was forgotten of an index or a spool; of several records of one document the latest counts.
///
/// Sets can be joined in any order, so a copy from a backup is never wrong, only incomplete.
package struct ForgottenDocuments: Sendable, Equatable {
    private var records: [IdentifierDigest: ForgottenDocument] = [:]

    package init() {}

    package init(_ records: some Sequence<ForgottenDocument>) {
        for record in records { add(record) }
    }

    package var isEmpty: Bool { records.isEmpty }
    package var count: Int { records.count }
    /// The records in the order of their times.
    package var all: [ForgottenDocument] {
        records.values.sorted { first, second in
            first.until == second.until
                ? first.identifier.bytes.lexicographicallyPrecedes(second.identifier.bytes)
                : first.until < second.until
        }
    }

    /// Adds a record unless there is a later one.
    ///
    /// - Returns: whether it is new.
    @discardableResult
    package mutating func add(_ record: ForgottenDocument) -> Bool {
        let digest = IdentifierDigest(record.identifier)
        if let present = records[digest], present.until >= record.until { return false }
        records[digest] = record
        return true
    }

    /// The record of an identifier; nil when it was never forgotten.
    package func record(of identifier: DocumentIdentifier) -> ForgottenDocument? {
        records[IdentifierDigest(identifier)]
    }

    /// The record that covers a document or its whole file; nil when neither is forgotten, or was dropped again since.
    func record(covering digest: IdentifierDigest, path: IdentifierDigest, claim: String) -> ForgottenDocument? {
        guard !records.isEmpty else { return nil }
        let found = [records[digest], digest == path ? nil : records[path]]
        return found.lazy.compactMap { $0 }.first { $0.covers(claim: claim) }
    }

    /// Whether any record is of this document or its file.
    func mentions(_ digest: IdentifierDigest, path: IdentifierDigest) -> Bool {
        records[digest] != nil || records[path] != nil
    }

    /// The file's bytes.
    package func serialized() -> [UInt8] {
        var bytes: [UInt8] = []
        for record in all { bytes += (record.line + "\n").utf8 }
        return bytes + Self.lastLine(records.count, bytes)
    }

    private static func lastLine(_ count: Int, _ bytes: [UInt8]) -> [UInt8] {
        var object = JSONObject()
        object.add("format", format)
        object.add("records", count)
        object.add("xxh64", HexadecimalNumber.text(XXH64.digest(of: bytes.rawSpan)))
        return Array((object.text + "\n").utf8)
    }

    private static let format = 1

    /// Verifies and parses a file's bytes.
    init(parsing bytes: [UInt8], path: FilePath) throws(ShardsError) {
        let lineFeed = UInt8(ascii: "\n")
        let start = bytes.dropLast().lastIndex(of: lineFeed).map { $0 + 1 } ?? 0
        let last = try? JSONLine(Array(bytes[start...].dropLast()))
        if let last, let member = last.members.first(where: { $0.name == "format" }),
            let format = last.integer(member).flatMap({ Int($0) }), format > Self.format
        {
            throw ShardsError(
                .unsupported, path: path,
                "format \(format) of forgotten documents; this program reads format \(Self.format). Use a later version"
            )
        }
        let lines = bytes[..<start].split(separator: lineFeed)
        guard Array(bytes[start...]) == Self.lastLine(lines.count, Array(bytes[..<start])) else {
            throw Self.damage(path, "checksum mismatch: it is damaged or cut short")
        }
        for line in lines {
            guard let record = ForgottenDocument(line: Array(line)) else {
                throw Self.damage(path, "it holds a line that is not a record")
            }
            add(record)
        }
    }

    private static func damage(_ path: FilePath, _ reason: String) -> ShardsError {
        ShardsError(
            .corrupt, path: path, section: "forgotten documents",
            "\(reason). Copy the file of the same name from the spool to the index, or the other way, or from a backup. "
                + "Without it, what was forgotten could come back")
    }
}
