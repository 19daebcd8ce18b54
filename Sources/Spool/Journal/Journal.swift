package import Platform
import Synchronization
package import SystemPackage

/// Writes down what became of each file: `journal/<yyyy-mm>.jsonl`, a line an outcome.
///
/// `vectorspool explain` reads it. It is a memory, not a record that anything depends on: after a power cut lines may be
/// missing, and what cannot be written is left out.
package final class Journal: Sendable {
    private struct Month: ~Copyable {
        let name: FilePath
        let file: OwnedDescriptor
    }

    private let root: OpenDirectory
    private let month = Mutex<Month?>(nil)
    private static let folder: FilePath = "journal"
    /// Longer than any question about last year.
    private static let daysKept = 400

    init(_ root: OpenDirectory) { self.root = root }

    /// Adds lines; what cannot be written is left out.
    package func append(_ entries: [JournalEntry], now: RealTime = .now) {
        guard !entries.isEmpty else { return }
        let bytes = Array(entries.map { $0.line + "\n" }.joined().utf8)
        let name = FilePath(String(now.day.prefix(7)) + ".jsonl")
        month.withLock { month in
            if month?.name != name { month = open(name) }
            guard let opened = month.take() else { return }
            // Another line may have been cut off before; it is not continued then.
            let isWritten = (try? opened.file.write(bytes.rawSpan)) != nil
            month = isWritten ? consume opened : nil
        }
    }

    /// Removes months that ended more than 400 days ago.
    ///
    /// - Returns: how many.
    /// - Throws: `PlatformError`.
    @discardableResult
    package func purge(now: RealTime = .now) throws(PlatformError) -> Int {
        guard let directory = try directory() else { return 0 }
        let limit = now.before(days: Self.daysKept).day.prefix(7)
        var removed = 0
        for entry in try directory.entries() where Self.isMonth(entry.name) && entry.name.string.prefix(7) < limit {
            try directory.remove(FilePath(root: nil, [entry.name]))
            removed += 1
        }
        return removed
    }

    private func directory() throws(PlatformError) -> OpenDirectory? {
        guard try root.statusIfPresent(Self.folder) != nil else { return nil }
        return try root.directory(Self.folder)
    }

    private func open(_ name: FilePath) -> Month? {
        do throws(PlatformError) {
            try root.makeDirectory(Self.folder, mode: 0o750)
            let directory = try root.directory(Self.folder)
            let file = try directory.open(name, OpenFlags.log, mode: 0o640)
            let size = try file.status().size
            if size > 0, try file.read(atMost: 1, at: size - 1) != [UInt8(ascii: "\n")] {
                try file.write([UInt8(ascii: "\n")].rawSpan)
            }
            return Month(name: name, file: file)
        } catch {
            return nil
        }
    }

    /// Whether a name is that of a month's file.
    package static func isMonth(_ name: FilePath.Component) -> Bool {
        let bytes = name.bytes
        return bytes.count == 13 && bytes[4] == UInt8(ascii: "-") && name.string.hasSuffix(".jsonl")
            && (bytes[..<4] + bytes[5..<7]).allSatisfy { (0x30...0x39).contains($0) }
    }
}
