import Documents
import Platform
package import Spool
package import SystemPackage

/// Reads the journal of a spool, the oldest month first; it needs no daemon.
package struct JournalReading {
    /// Lines or a whole month that cannot be read.
    package struct Damage: Sendable, Equatable {
        /// The file of the month.
        package let file: FilePath
        /// Lines that are no entries, and the number of the first; 0 where the file cannot be read from some line on.
        package var lines = 0
        package var first = 0
        /// Why the rest of the file cannot be read; nil when it can.
        package var reason: String?
    }

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

    /// Calls `body` with each entry, oldest first; what cannot be read is passed over.
    ///
    /// - Returns: what could not be read, by month.
    /// - Throws: what `body` throws.
    package func forEachEntry(_ body: (JournalEntry) throws -> Void) throws -> [Damage] {
        var damages: [Damage] = []
        for month in months {
            var damage = Damage(file: folder.appending(month))
            do throws(ReadingError) {
                try Self.entries(of: damage.file, &damage, body)
            } catch {
                switch error {
                case .file(let cause): damage.reason = "\(cause)"
                case .body(let cause): throw cause
                }
            }
            if damage.lines > 0 || damage.reason != nil { damages.append(damage) }
        }
        return damages
    }

    /// Tells errors of the file from those of the caller.
    private enum ReadingError: Error {
        case file(any Error)
        case body(any Error)
    }

    private static func entries(
        of file: FilePath, _ damage: inout Damage, _ body: (JournalEntry) throws -> Void
    ) throws(ReadingError) {
        var lines: LineReader
        do {
            lines = try LineReader(try OwnedDescriptor.openForReading(file))
        } catch {
            // A month that has gone meanwhile is none.
            if error.isAbsence { return }
            throw .file(error)
        }
        while true {
            let line: [UInt8]?
            do { line = try lines.next() } catch { throw .file(error) }
            guard let line else { return }
            guard let entry = JournalEntry(line: line) else {
                if !line.isEmpty {
                    damage.lines += 1
                    if damage.first == 0 { damage.first = lines.lineNumber }
                }
                continue
            }
            do { try body(entry) } catch { throw .body(error) }
        }
    }
}
