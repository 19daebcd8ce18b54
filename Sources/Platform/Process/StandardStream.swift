import CPlatform
import Glibc
import SystemPackage

/// Standard output or standard error of this process, written without a buffer in between.
///
/// A caller hands over whole lines, so that lines of two processes in one pipe do not mix.
package struct StandardStream: Sendable {
    let number: CInt
    private let name: FilePath

    /// Where results go.
    package static let output = StandardStream(number: STDOUT_FILENO, name: "standard output")
    /// Where notes, progress and errors go.
    package static let error = StandardStream(number: STDERR_FILENO, name: "standard error")

    /// Writes all of `text`.
    ///
    /// - Throws: `PlatformError`; cause `.brokenPipe` when the reader has gone, see `CurrentProcess.surviveFailingWrites`.
    package func write(_ text: String) throws(PlatformError) {
        try write(Array(text.utf8).rawSpan)
    }

    /// Writes all of `bytes`.
    package func write(_ bytes: borrowing RawSpan) throws(PlatformError) {
        var offset = 0
        while offset < bytes.byteCount {
            let rest = bytes.extracting(offset..<bytes.byteCount)
            let written = unsafe rest.withUnsafeBytes { pointer in
                SystemCall.write.transfer(on: name, count: pointer.count) { count in
                    unsafe Glibc.write(number, pointer.baseAddress, count)
                }
            }
            guard written >= 0 else { throw .system("write", path: name) }
            offset += written
        }
    }

    /// Whether a person reads it, as far as one can tell: it is a terminal.
    package var isTerminal: Bool { isatty(number) == 1 }

    /// The terminal's width in columns, or nil where there is none to ask.
    package var columns: Int? {
        let columns = Int(vectorspool_terminal_columns(number))
        return columns > 0 ? columns : nil
    }
}

extension StandardStream {
    /// Whether journald reads here.
    ///
    /// - Parameter stream: the value of `JOURNAL_STREAM`, `device:inode` (systemd.exec(5)); it may be inherited by programs
    ///   whose output was redirected, so it is compared with the file itself.
    package func isJournal(_ stream: String?) -> Bool {
        guard let stream else { return false }
        var raw = stat()
        guard unsafe fstat(number, &raw) == 0 else { return false }
        return stream == "\(raw.st_dev):\(raw.st_ino)"
    }
}
