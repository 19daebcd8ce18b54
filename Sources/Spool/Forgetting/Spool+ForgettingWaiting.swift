import Identity
package import Inbox
import Platform
package import SystemPackage

/// The file that waits in the inbox under the path of a forgotten document.
extension Spool {
    /// What became of it.
    struct Waiting {
        /// Where it went; nil where nothing was put away.
        var putAway: ForgottenFiles.PutAway?
        /// Whether the daemon may not move it, so that it stays there, forgotten.
        var isLeft = false
    }

    /// Puts the file away, unless it was dropped at a moment or later, is being written, or would never be taken.
    ///
    /// - Parameters:
    ///   - path: its path.
    ///   - moment: the moment, by the clock of files.
    ///   - claim: tells several versions of a day apart.
    ///   - deleting: whether it is removed.
    ///   - round: the order.
    /// - Returns: what was done.
    /// - Throws: `PlatformError`.
    func putAwayWaiting(
        _ path: FilePath, before moment: Int64, claim: ClaimName, deleting: Bool, _ round: inout ForgettingRound
    ) throws(PlatformError) -> Waiting {
        guard round.ignore.match(path) == nil else { return Waiting() }
        let seen = seen(path)
        var change = FolderChanges.Change.none
        do throws(PlatformError) {
            if case .file(let status) = seen {
                change = try round.changes.change(above: path, in: inbox, since: moment)
                // In doubt it is another version, which stays.
                if status.changed < moment, change != .moved {
                    // Its bytes are kept where it may be one that came later.
                    let isDeleted = deleting && change == .none
                    if let file = try moveWaiting(path, status, claim: claim, deleting: isDeleted, day: round.day) {
                        try left.remove(path)
                        return Waiting(putAway: file)
                    }
                    // Somebody writes to it, or another has taken its place: that was dropped later.
                    return Waiting()
                }
            }
        } catch {
            // What lies in the inbox is others' doing; `replaced/` is ours.
            guard error.isOthersDoing, error.path?.starts(with: replaced.path) != true else { throw error }
            // Noted as forgotten where it lies it would stay there for ever, although it can be moved the next time.
            if !Self.leavesInPlace(error), case .file(let status) = seen, mayMove(path, status) { throw error }
        }
        return Waiting(isLeft: try forgetInPlace(path, seen, before: change == .moved ? .min : moment))
    }

    /// Moves the file that was seen, unless somebody writes to it; nil for any other.
    ///
    /// As a claim does, it moves under a lease, and goes back when a writer came meanwhile.
    private func moveWaiting(
        _ path: FilePath, _ status: FileStatus, claim: ClaimName, deleting: Bool, day: String
    ) throws(PlatformError) -> ForgottenFiles.PutAway? {
        let inbox = self.inbox
        func move(_ holds: () -> Bool) throws(PlatformError) -> FilePath? {
            let target = try moveAside(inbox, path, as: path, for: claim, day: day)
            guard let moved = try replaced.statusIfPresent(target) else { return nil }
            if holds(), moved.isSameFile(as: status), moved.size == status.size, moved.modified == status.modified {
                return target
            }
            do throws(PlatformError) {
                try replaced.renameExclusively(target, to: inbox, path)
            } catch {
                // With a newer one in its place it is an earlier version, like any other.
                guard error.cause == .fileExists else { throw error }
            }
            return nil
        }
        let target: FilePath?
        if let descriptor = try? inbox.open(path, OpenFlags.document) {
            target = try FileLease.with(descriptor) { (answer, holds) throws(PlatformError) in
                answer == .writerPresent ? nil : try move(holds)
            }
        } else {
            target = try move { true }
        }
        guard let target else { return nil }
        if deleting { try replaced.remove(target) }
        return ForgottenFiles.PutAway(
            place: deleting ? nil : FilePath("replaced").pushing(target), status: status)
    }

    /// Whether a process writes to a file, which is a version that is not dropped yet.
    private func hasWriter(_ path: FilePath) -> Bool {
        guard let descriptor = try? inbox.open(path, OpenFlags.document) else { return false }
        let answer = try? FileLease.with(descriptor) { (answer, _) throws(PlatformError) in answer }
        return answer == .writerPresent
    }

    /// Notes that a file which could not be moved is forgotten where it lies.
    ///
    /// - Parameters:
    ///   - path: its path.
    ///   - seen: what was there at first: another file that has come since was dropped later.
    ///   - moment: the moment at which or after which it was not meant.
    /// - Returns: whether there is one.
    /// - Throws: `PlatformError`.
    private func forgetInPlace(_ path: FilePath, _ seen: Seen, before moment: Int64) throws(PlatformError) -> Bool {
        let entry = try left.entry(of: path)
        switch seen {
        case .file(let status)
        where entry?.isOfSameWrite(as: status) ?? false || status.changed < moment && !hasWriter(path):
            try left.note(path, LeftEntry.forgotten(status, birth: inbox.birth(of: path)))
            return true
        case .hidden:
            // What is known of it is what was forgotten.
            guard let entry else { return false }
            try left.note(path, entry.ended(.forgotten))
            return true
        case .file, .nothing:
            try left.remove(path)
            return false
        }
    }

    /// Whether a file waits in the inbox, or was left there.
    package func waits(_ path: FilePath, _ ignore: IgnorePatterns) -> Bool {
        if case .file = seen(path), ignore.match(path) == nil { true } else { false }
    }

    /// What can be seen at a path of the inbox.
    enum Seen {
        case file(FileStatus)
        case nothing
        /// A folder above it is closed to this process.
        case hidden
    }

    /// Looks at a path of the inbox.
    func seen(_ path: FilePath) -> Seen {
        do throws(PlatformError) {
            guard let status = try inbox.statusIfPresent(path), status.kind == .regular else { return .nothing }
            return .file(status)
        } catch {
            return error.isAbsence ? .nothing : .hidden
        }
    }
}
