import Identity
import Inbox
package import Platform
package import SystemPackage

/// Files that the daemon may read and not move, such as those in a folder of another user.
///
/// Such a file is copied into `work/copied/`, which is laid out as `work/` is. The copy is indexed and then removed, and the
/// file stays where it is, so its owner's deletion forgets nothing.
extension Spool {
    /// The folder of `work/` for copies.
    static let copied = "copied"
    private static let unfinished = ".copy-"

    /// Whether a refusal to move a file says nothing about reading it.
    static func leavesInPlace(_ error: PlatformError) -> Bool {
        guard error.operation.hasPrefix("rename") else { return false }
        switch error.cause {
        case .permissionDenied, .notPermitted, .improperLink, .resourceBusy: return true
        default: return false
        }
    }

    /// The name of the claim of a file.
    ///
    /// Nobody has dropped a file again of which lines were forgotten where it lies: it is as old as before, and they stay so.
    func claimName(_ file: ReadyFile) throws(PlatformError) -> ClaimName {
        let name = ClaimName.fresh(size: file.status.size)
        guard let entry = try left.entry(of: file.path), entry.isOf(file.status),
            entry.outcome == .partlyForgotten || entry.outcome == .partlyForgottenBefore
        else { return name }
        return ClaimName(time: entry.changed, random: name.random, boot: name.boot, size: name.size)
    }

    /// Whether nothing is to be done with a file of the inbox: it was taken as it is now and still cannot be moved, or it was
    /// forgotten where it lies.
    package func recognizes(_ path: FilePath, _ status: FileStatus) -> Bool {
        if left.isPending(path, status) { return true }
        guard let outcome = outcome(path, status) else { return false }
        return outcome == .forgotten || !mayMove(path, status)
    }

    /// Whether the folder of a file lets it be moved now; somebody may have opened it, which leaves no mark on the file.
    func mayMove(_ path: FilePath, _ status: FileStatus) -> Bool {
        (try? inbox.allowsMoving(outOf: path.removingLastComponent(), fileOwner: status.owner)) ?? false
    }

    /// Whether a file of the inbox was taken as it is now.
    ///
    /// One that failed counts as long as its report lies there: who asks for another try takes the report away.
    package func isTaken(_ path: FilePath, _ status: FileStatus) -> Bool {
        left.isPending(path, status) || outcome(path, status) != nil
    }

    /// How a file of the inbox ended when it was taken as it is now; nil when it was not.
    private func outcome(_ path: FilePath, _ status: FileStatus) -> LeftEntry.Outcome? {
        // What cannot be read is found out when the file is taken again.
        guard let entry = (try? left.entry(of: path)) ?? nil, entry.isOf(status, birth: inbox.birth(of: path))
        else { return nil }
        switch entry.outcome {
        case .indexed, .forgotten, .partlyForgotten: return entry.outcome
        case .failed: return hasReport(path) ? .failed : nil
        case .partlyForgottenBefore: return nil
        }
    }

    /// Whether a file of the inbox was forgotten as it is now, and still cannot be moved.
    func isForgottenInPlace(_ path: FilePath, _ status: FileStatus) -> Bool {
        outcome(path, status) == .forgotten && !mayMove(path, status)
    }

    private func hasReport(_ path: FilePath) -> Bool {
        guard let place = try? MirroredTree(failed).place(of: path), let name = place.lastComponent else {
            return false
        }
        let sidecar = place.removingLastComponent().appending(Self.sidecar(name))
        return ((try? failed.statusIfPresent(sidecar)) ?? nil) != nil
    }

    /// Copies a file that cannot be moved, unless it was taken as it is.
    ///
    /// - Parameters:
    ///   - file: the file, as it was found ready.
    ///   - name: the name of its claim.
    ///   - descriptor: the file, open for reading.
    ///   - limit: what is larger is not read, because it is refused for its size.
    ///   - error: why it cannot be moved.
    ///   - goesOn: hears of each piece that is copied, and returns whether to continue.
    /// - Returns: the outcome of the claim.
    /// - Throws: `PlatformError` for a fault of the system.
    func claimInPlace(
        _ file: ReadyFile, as name: ClaimName, _ descriptor: borrowing OwnedDescriptor, limit: Int,
        because error: PlatformError, _ goesOn: () -> Bool
    ) throws(PlatformError) -> ClaimOutcome {
        let opened = try descriptor.status()
        guard opened.isSameContents(as: file.status) else { return .changed }
        if isTaken(file.path, opened) { return .leftInPlace(reason(error, file)) }
        // A later write within the same tick of the file system's clock would leave no mark.
        let age = RealTime.now.nanoseconds - opened.changed
        guard !(0..<Self.tick).contains(age) else { return .changed }
        let entry = try left.entry(of: file.path)
        if let entry, entry.outcome == .indexed, entry.size == opened.size {
            guard let digest = try descriptor.digest({ _ in goesOn() }) else { return .changed }
            if entry.isOf(digest), try isStill(descriptor, opened) {
                try left.note(file.path, LeftEntry(opened, digest, .indexed))
                return .leftInPlace(reason(error, file))
            }
        }
        let target = FilePath(Self.copied).pushing(Self.place(of: name, file.path))
        let temporary = FilePath(Self.unfinished + name.text)
        do throws(PlatformError) {
            let copy = try work.open(temporary, OpenFlags.fresh, mode: copyMode(descriptor, opened))
            if opened.size <= limit {
                guard try descriptor.copyContents(to: copy, { _ in goesOn() }), try isStill(descriptor, opened) else {
                    work.removeIfPresent(temporary)
                    return .changed
                }
            }
            try copy.rewind()
            try place(temporary, at: target)
            left.begin(file.path, opened)
            let claimed = ClaimedFile(
                name: name, relativePath: file.path, status: opened, path: target, arrival: name.time,
                source: opened)
            return .copied(claimed, copy, reason: reason(error, file))
        } catch {
            work.removeIfPresent(temporary)
            throw error
        }
    }

    /// Renames, and makes the folders of `target` again while others remove them because they are empty.
    private func place(_ temporary: FilePath, at target: FilePath) throws(PlatformError) {
        for _ in 0..<100 {
            try work.makeDirectory(target.removingLastComponent(), mode: 0o700)
            do throws(PlatformError) {
                return try work.renameExclusively(temporary, to: work, target)
            } catch {
                guard error.cause == .noSuchFileOrDirectory else { throw error }
            }
        }
        throw PlatformError(.system, "rename to \(target)", path: work.place(of: temporary), cause: .fileExists)
    }

    private static let tick: Int64 = 100_000_000

    /// The mode of a copy, from which that of a report about it is made: only who may read the file may read either.
    private func copyMode(_ file: borrowing OwnedDescriptor, _ status: FileStatus) -> UInt32 {
        0o600 | (file.isReadableByGroup ? 0o040 : 0) | (status.permissions & 0o004)
    }

    /// Whether nobody has written to a file or is about to.
    private func isStill(_ file: borrowing OwnedDescriptor, _ opened: FileStatus) throws(PlatformError) -> Bool {
        try FileLease.with(file) { (answer, _) throws(PlatformError) in
            guard answer != .writerPresent else { return false }
            return try file.status().isSameContents(as: opened)
        }
    }

    private func reason(_ error: PlatformError, _ file: ReadyFile) -> String {
        let (cause, remedy) = folderRefusal(error, file)
        return "left in place: \(cause), so it is read where it lies, and again when it changes"
            + (remedy.map { "; to have it moved, \($0)" } ?? "")
    }

    /// Removes a copy of which nothing is needed any more.
    func removeCopy(_ path: FilePath) throws(PlatformError) {
        do throws(PlatformError) {
            try work.remove(path)
        } catch {
            guard error.isAbsence else { throw error }
        }
    }

    /// Notes that a version of a file is indexed, or has failed, and stays in the inbox.
    package func noteInPlace(
        _ file: ClaimedFile, _ digest: SHA256Digest?, _ outcome: LeftEntry.Outcome
    ) throws(PlatformError) {
        if let source = file.source {
            var entry = LeftEntry(source, digest, outcome)
            if outcome == .indexed, let before = try left.entry(of: file.relativePath),
                before.outcome == .partlyForgottenBefore, before.isOf(source)
            {
                entry = before.ended(.partlyForgotten)
            }
            try left.note(file.relativePath, entry)
        }
        left.end(file.relativePath)
    }

    /// The copies that an earlier run left; those that a power cut may have damaged are removed where the file still lies in
    /// the inbox, and so are unfinished ones.
    func leftoverCopies(_ strangers: inout [FilePath]) throws(PlatformError) -> [ClaimedFile] {
        for entry in try work.entries() where entry.name.string.hasPrefix(Self.unfinished) {
            work.removeIfPresent(FilePath(root: nil, [entry.name]))
        }
        guard try work.statusIfPresent(FilePath(Self.copied)) != nil else { return [] }
        var found: [ClaimedFile] = []
        for copy in try claims(below: FilePath(Self.copied), &strangers) {
            let original = (try? inbox.statusIfPresent(copy.relativePath)) ?? nil
            let isWhole = copy.name.isOfThisBoot && copy.status.size == copy.name.size
            guard isWhole || original == nil else {
                work.removeIfPresent(copy.path)
                continue
            }
            // Whatever was done to it since the claim shows in the time of its last change.
            let source = original.flatMap { $0.size == copy.name.size && $0.changed < copy.name.time ? $0 : nil }
            if let source { left.begin(copy.relativePath, source) }
            found.append(
                ClaimedFile(
                    name: copy.name, relativePath: copy.relativePath, status: source ?? copy.status, path: copy.path,
                    source: source))
        }
        return found
    }
}
