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
        var file: FileStatus?
        do throws(PlatformError) {
            let status = try FileStatus.of(spool.inbox.pushing(path))
            guard status.kind != .directory else { return }
            file = status
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
        if let told = told(page) ?? closedFolder(spool, page) ?? file.flatMap({ closedFile($0, spool, page) }) {
            obstacle = told
        }
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
        let daemon = Self.daemon(of: spool)
        for folder in folders {
            guard let status = try? FileStatus.of(spool.inbox.pushing(folder)) else { return nil }
            guard status.kind == .directory else {
                return Obstacle(state: .left, reason: InboxName.reasonToLeave(status.kind), folder: folder)
            }
            guard let (reader, inbox) = daemon, !Self.tellsAll(page) || isHidden,
                Self.isClosed(status, to: reader, own: 0o500, others: 0o055)
            else { continue }
            return Obstacle(
                state: .blocked,
                reason: PermissionRemedy.closed(folder, status, in: inbox, for: reader)
                    + "; drop the file with 'vectorspool drop', or "
                    + PermissionRemedy.opening(folder, status, in: inbox, for: reader), folder: folder)
        }
        return nil
    }

    /// That the file is closed to the daemon, as far as that can be seen.
    private func closedFile(_ status: FileStatus, _ spool: SpoolDirectory, _ page: SpoolStatus?) -> Obstacle? {
        guard status.kind == .regular, !Self.tellsAll(page), let (reader, inbox) = Self.daemon(of: spool),
            Self.isClosed(status, to: reader, own: 0o400, others: 0o044)
        else { return nil }
        return Obstacle(
            state: .blocked, reason: PermissionRemedy.unreadable(path, status, in: inbox, for: reader))
    }

    /// Whether the bits of a mode keep the daemon out for certain; lists of access show in the bits of the group.
    private static func isClosed(
        _ status: FileStatus, to reader: PermissionRemedy.Reader, own: UInt32, others: UInt32
    ) -> Bool {
        status.owner == reader.user ? status.permissions & own != own : status.permissions & others == 0
    }

    /// A page that names all that is blocked would name this too.
    private static func tellsAll(_ page: SpoolStatus?) -> Bool {
        page.map { page in page.inbox.blockedCount <= page.inbox.blocked.count } ?? false
    }

    /// The daemon as others see it, and the inbox; nil for one that may read everything, or that cannot be told.
    private static func daemon(of spool: SpoolDirectory) -> (PermissionRemedy.Reader, OpenDirectory)? {
        guard let work = try? FileStatus.of(spool.work), work.owner != 0, let inbox = try? OpenDirectory(spool.inbox),
            let status = try? inbox.status()
        else { return nil }
        // It belongs to the group of the inbox too, or nobody's files would reach it.
        return (PermissionRemedy.Reader(user: work.owner, groups: [work.group, status.group]), inbox)
    }
}
