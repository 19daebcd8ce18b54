import CPlatform
import Glibc
import SystemPackage

/// Standard output or standard error of this process, written without a buffer.
///
/// Callers write whole lines, so the lines of two processes in one pipe do not mix.
package struct StandardStream: Sendable {
    let number: CInt
    private let name: FilePath

    /// The stream for results.
    package static let output = StandardStream(number: STDOUT_FILENO, name: "standard output")
    /// The stream for notes, progress and errors.
    package static let error = StandardStream(number: STDERR_FILENO, name: "standard error")

    /// Writes all of `text`.
    ///
    /// - Throws: `PlatformError`; cause `.brokenPipe` when the reader has gone, see
    ///   `CurrentProcess.surviveFailingWrites`.
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

    /// Whether the stream is a terminal, and so probably read by a person.
    package var isTerminal: Bool { isatty(number) == 1 }

    /// The terminal's width in columns, or nil without a terminal.
    package var columns: Int? {
        let columns = Int(vectorspool_terminal_columns(number))
        return columns > 0 ? columns : nil
    }
}

extension StandardStream {
    /// Whether journald reads the stream.
    ///
    /// `stream` is the value of `JOURNAL_STREAM`, `device:inode` (systemd.exec(5)). A program whose output was
    /// redirected can inherit it, so this compares it with the file itself.
    package func isJournal(_ stream: String?) -> Bool {
        guard let stream else { return false }
        var raw = stat()
        guard unsafe fstat(number, &raw) == 0 else { return false }
        return stream == "\(raw.st_dev):\(raw.st_ino)"
    }
}
