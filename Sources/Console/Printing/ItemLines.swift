import Documents
import Identity
import Platform
import Search
import Synchronization
import SystemPackage

/// The lines of JSON Lines files in which documents stand, found by what the index knows of each line.
///
/// The index has no line numbers, because whoever mends a file moves its lines. Only lines of the right length are
/// compared, and what was found is kept.
final class ItemLines: Sendable {
    /// A longer file is not read for the sake of a number.
    private static let mostBytes = 64 << 20

    /// The lines that were looked for; 0 where one was not found.
    private let places = Mutex<[FilePath: [SearchHit.DroppedFile.Item: Int]]>([:])

    /// The line of a document in a file; nil where it is not found.
    func line(of item: SearchHit.DroppedFile.Item, in file: FilePath) -> Int? {
        let known = places.withLock { $0[file]?[item] }
        let line = known ?? Self.find(item, in: file) ?? 0
        if known == nil { places.withLock { $0[file, default: [:]][item] = line } }
        return line > 0 ? line : nil
    }

    private static func find(_ item: SearchHit.DroppedFile.Item, in file: FilePath) -> Int? {
        guard let descriptor = try? OwnedDescriptor.openForReading(file),
            let status = try? descriptor.status(), status.size <= mostBytes,
            var lines = try? LineReader(descriptor)
        else { return nil }
        while let line = (try? lines.next()) ?? nil {
            if line.count == item.byteCount, SHA256Digest(of: line) == item.digest { return lines.lineNumber }
        }
        return nil
    }
}
