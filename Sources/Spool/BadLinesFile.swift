package import Identity
package import Platform
package import SystemPackage

/// The lines of one file that could not be taken, written down as they are found:
/// `failed/.bad-lines/<claim>`.
///
/// Below `failed/`, so that it belongs to the group that everything there belongs to; nobody else reads it before it moves up when
/// the good lines are committed. What a crash leaves of it is removed at the next start, because the file is then read again.
package final class BadLinesFile {
    private let spool: Spool
    private let name: FilePath
    private var file: OwnedDescriptor?
    private var buffer: [UInt8] = []
    private var written = 0

    private static let folder: FilePath = ".bad-lines"
    private static let bufferByteCount = 64 << 10

    package init(_ spool: Spool, _ claim: ClaimName) {
        self.spool = spool
        name = Self.folder.appending(claim.text)
    }

    /// Where the lines are, below `failed/`; nil when there are none.
    package var path: FilePath? { written > 0 ? name : nil }

    /// Takes in one more line; the call may be repeated after it has failed.
    package func append(_ line: [UInt8]) throws(PlatformError) {
        if buffer.count >= Self.bufferByteCount { try flush() }
        buffer += line
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Writes what is gathered.
    package func finish() throws(PlatformError) { try flush() }

    /// Removes the file.
    package func remove() {
        file = nil
        if written > 0 { spool.failed.removeIfPresent(name) }
    }

    private func flush() throws(PlatformError) {
        guard !buffer.isEmpty else { return }
        if written == 0 {
            try spool.failed.makeDirectory(Self.folder, mode: 0o700)
            file = try spool.failed.open(name, OpenFlags.fresh, mode: 0o600)
        }
        // At its place, so that a part that was written before a failure is written again and not doubled.
        switch file {
        case .some(let file): try file.overwrite(buffer.rawSpan, at: written)
        case .none: break
        }
        written += buffer.count
        buffer = []
    }

    /// Removes what earlier runs have left.
    static func removeLeftovers(_ spool: Spool) {
        try? spool.failed.removeTree(folder)
    }
}
