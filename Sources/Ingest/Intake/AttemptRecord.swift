import Encoding
import Identity
import Platform
import Spool
import SystemPackage

/// Which file a lane has open, written down where the next run finds it: `work/.attempt`.
///
/// After a crash it is a suspect. The record is one line for each lane, overwritten in place: it needs to outlive the
/// process, not a power cut, and a cut is told from a crash by the kernel's boot identifier.
///
///     <claim> <attempt> <boot identifier>\n, padded with spaces to 128 bytes: at 0 the brief lane, at 128 the bulk lane
final class AttemptRecord {
    private let file: OwnedDescriptor?
    private let offset: Int
    private var isClear: Bool
    /// The files that were open when the last run ended without clearing the record, and how often that has happened.
    let suspects: [(claim: ClaimName, count: Int)]

    private static let byteCount = 128
    private static let name: FilePath = ".attempt"

    /// Opens the record; without one, which happens on a full disk, nothing is suspected.
    init(_ spool: Spool, _ lane: Lane) {
        offset = lane == .brief ? 0 : Self.byteCount
        file = try? spool.work.open(Self.name, OpenFlags.record, mode: 0o600)
        let bytes: [UInt8]?
        switch file {
        case .some(let file): bytes = try? file.read(atMost: Self.byteCount * 2, at: 0)
        case .none: bytes = nil
        }
        let read = bytes ?? []
        suspects = [read.prefix(Self.byteCount), read.dropFirst(Self.byteCount)].compactMap(Self.parse)
        isClear = suspects.isEmpty
    }

    private static func parse(_ bytes: ArraySlice<UInt8>) -> (claim: ClaimName, count: Int)? {
        let words = String(decoding: bytes, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count == 3, let claim = ClaimName(String(words[0])), let count = Int(words[1]), count > 0,
            words[2] == BootIdentifier.current
        else { return nil }
        return (claim, count)
    }

    /// The lane opens a file.
    func begin(_ claim: ClaimName, attempt: Int = 1) {
        write("\(claim.text) \(attempt) \(BootIdentifier.current)\n")
        isClear = false
    }

    /// The lane has no file open.
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
        case .some(let file): try? file.overwrite(padded.rawSpan, at: offset)
        case .none: break
        }
    }
}
