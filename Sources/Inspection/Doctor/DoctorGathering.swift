import Encoding
import Identity
import Ingest
import Platform
import Quantization
import Shards
package import Spool
package import SystemPackage
import Text

/// Looks at the machine for `doctor`, and judges nothing.
package struct DoctorGathering: Sendable {
    package let spool: SpoolDirectory
    package let index: FilePath
    package let model: FilePath
    /// The ranges of the configuration; nil when it names none.
    package let ranges: FilePath?
    package let runtime: FilePath
    /// The configuration that names them; nil when there is none.
    package let configuration: FilePath?
    /// Whose it is; nil when somebody has named it, and no unit reads it.
    package let owner: ConfigurationOwner?
    /// The fingerprint that the weights must have; nil for a model that is not the default one.
    package let published: String?

    /// Whom a configuration serves, by its place.
    package enum ConfigurationOwner: Sendable {
        case person, machine
    }

    /// How many names of the inbox are looked at.
    private static let most = 200_000

    package init(
        spool: SpoolDirectory, index: FilePath, model: FilePath, ranges: FilePath?, runtime: FilePath,
        configuration: FilePath?, owner: ConfigurationOwner?, published: String?
    ) {
        self.spool = spool
        self.index = index
        self.model = model
        self.ranges = ranges
        self.runtime = runtime
        self.configuration = configuration
        self.owner = owner
        self.published = published
    }

    /// Everything that this user can see.
    package func facts() -> DoctorFacts {
        var facts = DoctorFacts()
        facts.spool = Self.disk(spool.root)
        facts.index = Self.disk(index) ?? Self.disk(index.removingLastComponent())
        facts.foreignFolders = foreignFolders(facts.spool?.device)
        let work = try? FileStatus.followingLinks(spool.work)
        facts.daemonUser = work?.owner
        facts.daemonGroup = work?.group
        if let work { facts.closedFolders = closedFolders(to: work.owner) }
        facts.inbox = inbox(daemonUser: work?.owner)
        if facts.inbox == nil { note(closed: spool.inbox, as: .inbox, &facts) }
        gatherIndex(&facts)
        facts.model = modelFacts()
        facts.rangesError = rangesError()
        do throws(InspectionError) {
            facts.status = try StatusReading.read(from: runtime)
        } catch {
            if error.isClosed {
                note(closed: runtime.appending(SpoolStatus.fileName), as: .daemon, &facts)
            } else {
                facts.statusError = "\(error)"
            }
        }
        facts.configuration = configuration?.displayName
        facts.unit = unit
        facts.leftovers = leftovers()
        if facts.leftovers == nil { note(closed: spool.work, as: .leftovers, &facts) }
        facts.kernel = kernel()
        return facts
    }

    private static func disk(_ path: FilePath) -> DoctorFacts.Disk? {
        guard let system = try? FileSystemStatus(of: path), let status = try? FileStatus.followingLinks(path) else {
            return nil
        }
        return DoctorFacts.Disk(
            device: status.device, free: system.availableBytes, isReadOnly: system.isReadOnly,
            sharedName: system.sharedName)
    }

    private func foreignFolders(_ device: UInt64?) -> [String] {
        guard let device else { return [] }
        return [spool.inbox, spool.work, spool.failed, spool.done, spool.replaced].filter {
            (try? FileStatus.followingLinks($0)).map { $0.device != device } ?? false
        }.map(\.displayName)
    }

    /// The folders of the daemon in which its user certainly may not write.
    private func closedFolders(to user: UInt32) -> [String] {
        [spool.work, spool.failed, spool.done, spool.replaced, spool.retry, spool.requests, index].filter { folder in
            guard user != 0, let status = try? FileStatus.followingLinks(folder) else { return false }
            return status.owner == user
                ? status.permissions & 0o300 != 0o300 : Self.isClosed(status, to: user)
        }.map(\.displayName)
    }

    private func inbox(daemonUser: UInt32?) -> DoctorFacts.Inbox? {
        guard let root = try? OpenDirectory(spool.inbox), let status = try? root.status() else { return nil }
        var inbox = DoctorFacts.Inbox()
        inbox.permissions = status.permissions
        inbox.owner = status.owner
        inbox.group = status.group
        var left = Self.most
        var folders = [FilePath()]
        while let folder = folders.popLast(), left > 0 {
            guard let directory = try? root.directory(folder), let stream = try? DirectoryStream(in: directory, "")
            else {
                continue
            }
            while left > 0, let entry = try? stream.next() {
                left -= 1
                guard entry.kind == .directory || entry.kind == nil,
                    let status = try? directory.status(of: FilePath(root: nil, [entry.name])), status.kind == .directory
                else { continue }
                let path = folder.appending(entry.name)
                inbox.folders += 1
                folders.append(path)
                if let daemonUser, Self.isClosed(status, to: daemonUser) { inbox.closed.append(path.displayName) }
            }
        }
        inbox.closed.sort()
        return inbox
    }

    /// Whether a user who is neither root nor the owner certainly cannot rename in the folder.
    ///
    /// With an access control list the group's bits are its mask, so no entry of the list grants more.
    package static func isClosed(owner: UInt32, permissions: UInt32, to user: UInt32) -> Bool {
        user != 0 && owner != user && permissions & 0o020 == 0 && permissions & 0o002 == 0
    }

    private static func isClosed(_ status: FileStatus, to user: UInt32) -> Bool {
        isClosed(owner: status.owner, permissions: status.permissions, to: user)
    }

    /// The index, and the files of `done/` that it does not have.
    private func gatherIndex(_ facts: inout DoctorFacts) {
        var search: UnindexedFiles.Search?
        do throws(PlatformError) {
            search = try UnindexedFiles.Search(spool, limit: Self.most)
        } catch {
            note(closed: spool.done, as: .done, &facts)
        }
        var found = DoctorFacts.Index(path: index.displayName)
        do throws(ShardsError) {
            let snapshot = try Snapshot.open(index, decodesCodes: false)
            found.damage = snapshot.damage.map { "\($0)" }
            found.clippedShare = snapshot.manifest.clippedShare
            found.model = snapshot.manifest.identity.model.weights.hexadecimal
            facts.storedIndex = found
            try search?.strikeOut(snapshot)
        } catch {
            switch error.code {
            case .notFound: facts.missingIndex = index.displayName
            case .system where error.cause?.cause == .permissionDenied:
                note(closed: index, as: .index, &facts)
                // Of what it has nothing is known.
                search = nil
                note(closed: index, as: .done, &facts)
            default:
                found.error = "\(error)"
                facts.storedIndex = found
            }
        }
        if let root = try? OpenDirectory(spool.root), let records = try? ForgottenDocuments.read(in: root) {
            search?.strikeOut(records)
        }
        facts.unindexed = search?.found
    }

    /// Notes that a check cannot see what it needs, and who may; nothing where this user may see it, or it is not there.
    private func note(closed place: FilePath, as check: DoctorCheck, _ facts: inout DoctorFacts) {
        do throws(PlatformError) {
            try OwnedDescriptor.openForReading(place).close()
            return
        } catch {
            guard error.cause == .permissionDenied else { return }
        }
        let user = CurrentProcess.userName ?? "\(CurrentProcess.user)"
        let group = (try? FileStatus.followingLinks(place)).flatMap { status in
            status.permissions & 0o040 == 0 ? nil : CurrentProcess.name(ofGroup: status.group)
        }
        let members = group.map { ", the members of the group \($0)" } ?? ""
        facts.closed[check.name] =
            "user \(user) may not read \(place.displayName), so nothing is concluded; the daemon's user\(members) and root may"
    }

    private func modelFacts() -> DoctorFacts.Model {
        var found = DoctorFacts.Model(path: model.displayName)
        found.published = published
        do throws(EncodingError) {
            found.fingerprint = try SafeTensors(ModelFolder(model).weights).digest().hexadecimal
        } catch {
            found.error = "\(error)"
        }
        return found
    }

    private func rangesError() -> String? {
        guard let ranges else { return nil }
        do {
            _ = try Ranges.read(ranges)
            return nil
        } catch {
            return "\(error)"
        }
    }

    /// The unit as the files of systemd tell it; nil where systemd does not run or no installed unit reads the configuration.
    private var unit: DoctorFacts.Unit? {
        guard FileStatus.exists("/run/systemd/system") else { return nil }
        let name = "vectorspoold.service"
        func isThere(_ folders: [String]) -> Bool { folders.contains { FileStatus.exists(FilePath("\($0)/\(name)")) } }
        switch owner {
        case nil: return nil
        case .machine:
            guard isThere(["/etc/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system"]) else {
                return nil
            }
            return DoctorFacts.Unit(
                isEnabled: isThere(["/etc/systemd/system/multi-user.target.wants"]),
                isActive: isThere(["/sys/fs/cgroup/system.slice", "/sys/fs/cgroup/systemd/system.slice"]))
        case .person:
            guard isThere(["/etc/systemd/user", "/usr/local/lib/systemd/user", "/usr/lib/systemd/user"]) else {
                return nil
            }
            let user = CurrentProcess.user
            let folder = configuration?.removingLastComponent().pushing("systemd/user/default.target.wants")
            return DoctorFacts.Unit(
                isEnabled: isThere([folder].compactMap { $0?.string }),
                isActive: isThere(["/sys/fs/cgroup/user.slice/user-\(user).slice/user@\(user).service/app.slice"]),
                isOfSession: true)
        }
    }

    /// The files in `work/`; nil for a user who may not look into it.
    private func leftovers() -> Int? {
        guard let work = try? OpenDirectory(spool.work), let entries = try? work.entries() else { return nil }
        return entries.filter { !$0.name.string.hasPrefix(".") }.reduce(0) { sum, entry in
            guard let folder = try? work.directory(FilePath(root: nil, [entry.name])) else { return sum }
            return sum + FolderUsage(of: folder, limit: Self.most).files
        }
    }

    private func kernel() -> DoctorFacts.Kernel {
        var found = DoctorFacts.Kernel()
        found.release = Self.line("/proc/sys/kernel/osrelease")
        found.watchLimit = Self.line("/proc/sys/fs/inotify/max_user_watches").flatMap { Int($0) }
        guard let work = try? OpenDirectory(spool.work) else { return found }
        let (first, second) = (OpenDirectory.temporaryName(for: "doctor"), OpenDirectory.temporaryName(for: "doctor"))
        defer { for name in [first, second] { work.removeIfPresent(name) } }
        // Only the daemon's user and root can try.
        guard (try? work.open(first, OpenFlags.newFile, mode: 0o600).close()) != nil,
            let file = try? work.openFile(first)
        else { return found }
        found.hasLeases = try? FileLease.with(file) { answer, _ in answer != .unavailable }
        found.hasExclusiveRename = (try? work.renameExclusively(first, to: work, second)) != nil
        return found
    }

    /// The first line of a file of `/proc/sys`, which gives its value to the first read alone.
    private static func line(_ path: FilePath) -> String? {
        guard let file = try? OwnedDescriptor.open(path, OpenFlags.document), let bytes = try? file.read(atMost: 4096)
        else { return nil }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
