import Inbox
import Ingest
import Platform
import Spool
import SystemPackage

/// What is known of a file because it lies in the inbox, or cannot be seen there.
extension Explanation {
    mutating func lookIntoInbox(
        _ spool: SpoolDirectory, _ originals: Originals, _ patterns: IgnorePatterns, _ page: SpoolStatus?
    ) {
        do throws(PlatformError) {
            let status = try FileStatus.of(spool.inbox.pushing(path))
            guard status.kind != .directory else { return }
            add(.inbox, spool.inbox.pushing(path), status)
            inPlace = originals.entry(of: path).flatMap { $0.isOf(status) ? $0.outcome : nil }
            if status.kind != .regular {
                obstacle = Obstacle(state: .left, reason: InboxName.reasonToLeave(status.kind))
            }
        } catch {
            guard error.cause == .permissionDenied else { return }
            isHidden = true
        }
        ignore(by: patterns)
        if let told = told(page) ?? closedFolder(spool, page) { obstacle = told }
    }

    /// Looks for the rule that keeps it out; no daemon looks into a folder that a pattern matches.
    private mutating func ignore(by patterns: IgnorePatterns) {
        for folder in folders {
            guard let rule = patterns.rule(for: folder, isFolder: true) else { continue }
            (ignoredBy, ignoredFolder) = (rule, folder)
            return
        }
        ignoredBy = patterns.rule(for: path)
    }

    /// The folders above it below the inbox, the outermost first.
    private var folders: [FilePath] {
        var folders: [FilePath] = []
        for name in path.removingLastComponent().components {
            folders.append((folders.last ?? FilePath()).appending(name))
        }
        return folders
    }

    /// What the running daemon says of it, or of a folder above it.
    private func told(_ page: SpoolStatus?) -> Obstacle? {
        func told(_ path: FilePath) -> (InboxName.State, SpoolStatus.Listed)? {
            page?.inbox.listed.first { $0.path == path.displayName }.flatMap { listed in
                InboxName.State(rawValue: listed.state).map { ($0, listed) }
            }
        }
        if let (state, listed) = told(path) { return Obstacle(state: state, reason: listed.reason) }
        for folder in folders {
            guard let (state, listed) = told(folder), state == .blocked || state == .left else { continue }
            return Obstacle(state: state, reason: listed.reason, folder: folder)
        }
        return nil
    }

    /// The folder above it that is a link or closed to the daemon, as far as that can be seen.
    private func closedFolder(_ spool: SpoolDirectory, _ page: SpoolStatus?) -> Obstacle? {
        // A page that names all that is blocked would name this too.
        let isToldWhole = page.map { page in page.inbox.blockedCount <= page.inbox.blocked.count } ?? false
        let daemon = try? FileStatus.of(spool.work).owner
        for folder in folders {
            let place = spool.inbox.pushing(folder)
            guard let status = try? FileStatus.of(place) else { return nil }
            guard status.kind == .directory else {
                return Obstacle(state: .left, reason: InboxName.reasonToLeave(status.kind), folder: folder)
            }
            guard let daemon, daemon != 0, !isToldWhole || isHidden else { continue }
            // Lists of access show in the bits of the group.
            let isClosed =
                status.owner == daemon ? status.permissions & 0o500 != 0o500 : status.permissions & 0o055 == 0
            guard isClosed else { continue }
            return Obstacle(
                state: .blocked,
                reason:
                    "the folder \(place.displayName) belongs to user \(status.owner) with mode "
                    + "\(String(status.permissions, radix: 8)), and the daemon (user \(daemon)) may not look into it; "
                    + "drop the file with 'vectorspool drop', or open the folder to the daemon", folder: folder)
        }
        return nil
    }
}
