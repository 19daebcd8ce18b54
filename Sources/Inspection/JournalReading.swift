import Documents
import Platform
package import Spool
import SystemPackage

/// Reads the journal of a spool, the oldest month first; it needs no daemon.
package struct JournalReading {
    private let folder: FilePath
    private let months: [FilePath.Component]

    /// Finds the months that may be read.
    ///
    /// - Parameters:
    ///   - spool: the spool.
    ///   - day: the first day, as `2026-11-27`; earlier months are left out.
    package init(_ spool: SpoolDirectory, since day: String? = nil) {
        folder = spool.journal
        let first = day.map { String($0.prefix(7)) } ?? ""
        months = ((try? Directory.entries(of: spool.journal)) ?? []).map(\.name)
            .filter { Journal.isMonth($0) && $0.string.prefix(7) >= first }
    }

    /// Calls `body` with each line, oldest first.
    ///
    /// - Throws: what `body` throws, `PlatformError` for a file that cannot be read.
    package func forEachLine(_ body: ([UInt8]) throws -> Void) throws {
        for month in months {
            guard let file = try? OwnedDescriptor.openForReading(folder.appending(month)) else { continue }
            var lines = try LineReader(file)
            while let line = try lines.next() { try body(line) }
        }
    }

    /// Calls `body` with each entry, oldest first; a line that cannot be read is passed over.
    ///
    /// - Throws: what `body` throws, `PlatformError` for a file that cannot be read.
    package func forEachEntry(_ body: (JournalEntry) throws -> Void) throws {
        try forEachLine { line in
            if let entry = JournalEntry(line: line) { try body(entry) }
        }
    }
}
