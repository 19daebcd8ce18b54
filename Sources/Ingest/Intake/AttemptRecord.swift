import Identity
import Platform
import Spool
import SystemPackage

/// Which file the intake has open, written down where the next run finds it: `work/.attempt`.
///
/// After a crash it is the suspect. The record is one line at the beginning of the file, overwritten in place: it needs to
/// outlive the process, not a power cut, and a cut is told from a crash by the kernel's boot identifier.
///
///     <claim> <attempt> <boot identifier>\n, padded with spaces to 128 bytes
final class AttemptRecord {
    private let file: OwnedDescriptor?
    private var isClear = true
    /// The file that was open when the last run ended without clearing the record, and how often that has happened.
    let suspect: (claim: ClaimName, count: Int)?

    private static let byteCount = 128
    private static let name: FilePath = ".attempt"

    /// Opens the record; without one, which happens on a full disk, nothing is suspected.
    init(_ spool: Spool) {
        file = try? spool.work.open(Self.name, OpenFlags.record, mode: 0o600)
        let bytes: [UInt8]?
        switch file {
        case .some(let file): bytes = try? file.read(atMost: Self.byteCount, at: 0)
        case .none: bytes = nil
        }
        suspect = bytes.flatMap(Self.parse)
        isClear = suspect == nil
    }

    private static func parse(_ bytes: [UInt8]) -> (claim: ClaimName, count: Int)? {
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count == 3, let claim = ClaimName(String(words[0])), let count = Int(words[1]), count > 0,
            words[2] == BootIdentifier.current
        else { return nil }
        return (claim, count)
    }

    /// The intake opens a file.
    func begin(_ claim: ClaimName, attempt: Int = 1) {
        write("\(claim.text) \(attempt) \(BootIdentifier.current)\n")
        isClear = false
    }

    /// The intake has no file open.
    func clear() {
        guard !isClear else { return }
        write("")
        isClear = true
    }

    private func write(_ text: String) {
        let bytes = Array(text.utf8)
        let padded = bytes + Array(repeating: UInt8(ascii: " "), count: max(Self.byteCount - bytes.count, 0))
        // A record that cannot be written costs a suspicion, no document.
        switch file {
        case .some(let file): try? file.overwrite(padded.rawSpan, at: 0)
        case .none: break
        }
    }
}
