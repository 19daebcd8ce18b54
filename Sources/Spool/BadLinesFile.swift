package import Identity
package import Platform
package import SystemPackage

/// The rejected lines of one file, written as they are found: `failed/.bad-lines/<claim>`.
///
/// It is below `failed/`, so it gets the group of that folder. Only the daemon reads it before it moves up when the
/// good lines are committed. The next start removes what a crash left of it, because the file is then read again.
package final class BadLinesFile {
    private let spool: Spool
    private let name: FilePath
    private var file: OwnedDescriptor?
    private let claim: ClaimName
    private var buffer: [UInt8] = []
    private var written = 0

    private static let folder: FilePath = ".bad-lines"
    private static let bufferByteCount = 64 << 10

    package init(_ spool: Spool, _ claim: ClaimName) {
        self.spool = spool
        self.claim = claim
        name = Self.folder.appending(claim.text)
    }

    /// The path of the lines below `failed/`; nil when there are none.
    package var path: FilePath? { written > 0 ? name : nil }

    /// Adds one line; the call can be repeated after a failure.
    ///
    /// - Parameters:
    ///   - line: the line, without its line feed.
    ///   - path: the path of the file that it belongs to; the first line of this file names it.
    /// - Throws: `PlatformError`.
    package func append(_ line: [UInt8], of path: FilePath) throws(PlatformError) {
        if buffer.count >= Self.bufferByteCount { try flush() }
        if written == 0, buffer.isEmpty {
            buffer = Continuation(path: path, claim: claim.text).line + [UInt8(ascii: "\n")]
        }
        buffer += line
        buffer.append(UInt8(ascii: "\n"))
    }

    /// Writes the collected lines.
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
        // Written at its offset, so a part that was written before a failure is overwritten instead of duplicated.
        switch file {
        case .some(let file): try file.overwrite(buffer.rawSpan, at: written)
        case .none: break
        }
        written += buffer.count
        buffer = []
    }

    /// Removes the files of earlier runs.
    static func removeLeftovers(_ spool: Spool) {
        try? spool.failed.removeTree(folder)
    }
}
