import FoundationEssentials
package import Identity
package import Platform
package import SystemPackage

extension Spool {
    /// A file that fails: its place and what is known about it.
    package struct Failure: Sendable {
        /// Its present path below `work/`.
        package var path: FilePath
        package var relativePath: FilePath
        package var status: FileStatus
        package var claim: ClaimName
        package var fault: DocumentFault
        package var stage: String
        package var digest: SHA256Digest?
        package var pipeline: String
        /// Whether the file itself stays in the inbox.
        var isOfCopy: Bool { path.starts(with: FilePath(Spool.copied)) }

        package init(
            path: FilePath, relativePath: FilePath, status: FileStatus, claim: ClaimName, fault: DocumentFault,
            stage: String, digest: SHA256Digest? = nil, pipeline: String
        ) {
            self.path = path
            self.relativePath = relativePath
            self.status = status
            self.claim = claim
            self.fault = fault
            self.stage = stage
            self.digest = digest
            self.pipeline = pipeline
        }
    }

    /// Moves files to `failed/` after their sidecars, so no file is ever there without a reason.
    ///
    /// All files are made durable together before their sidecars describe them, so a hundred thousand bad files do not
    /// cost as many disk flushes. It can be repeated after a crash in between.
    ///
    /// - Parameters:
    ///   - failures: the files.
    ///   - heart: beats with every file, and while a large one is compared with its older version.
    /// - Throws: `PlatformError`.
    package func fail(_ failures: [Failure], heart: Heartbeat? = nil) throws(PlatformError) {
        guard !failures.isEmpty else { return }
        try renewFolders()
        let failed = self.failed
        let tree = MirroredTree(failed)
        for failure in failures where try work.statusIfPresent(failure.path) != nil {
            heart?.beat()
            if let older = try tree.file(of: failure.relativePath),
                try !isEqual(failure.path, to: older.place, in: failed, heart)
            {
                _ = try setAside(
                    failed, older.place, as: failure.relativePath, for: failure.claim, day: RealTime.now.day)
            }
            let (folder, name) = try open(tree.place(of: failure.relativePath))
            var report = report(failure)
            if failure.isOfCopy { report.hasFile = false }
            try folder.replaceVolatile(report.json, as: Self.sidecar(name), mode: copyMode(failure))
        }
        try failed.synchronizeFileSystem()
        var folders: Set<FilePath> = []
        for failure in failures {
            heart?.beat()
            folders.insert(try moveToFailed(failure, tree, heart))
        }
        for failure in failures { removeFolders(of: failure.path) }
        guard folders.count <= 4 else { return try failed.synchronizeFileSystem() }
        for folder in folders { try failed.synchronize(folder) }
    }

    /// Returns the folder below `failed/` that it lies in now.
    private func moveToFailed(
        _ failure: Failure, _ tree: MirroredTree, _ heart: Heartbeat?
    ) throws(PlatformError) -> FilePath {
        if failure.isOfCopy {
            // The report stands for it; the file itself is in the inbox.
            try removeCopy(failure.path)
            return try tree.place(of: failure.relativePath).removingLastComponent()
        }
        while true {
            let place = try tree.place(of: failure.relativePath)
            do throws(PlatformError) {
                try work.renameExclusively(failure.path, to: failed, place)
            } catch {
                if error.cause == .fileExists {
                    if try isEqual(failure.path, to: place, in: failed, heart) {
                        try work.rename(failure.path, to: failed, place)
                        return place.removingLastComponent()
                    }
                    // Another version that fails together with this one.
                    _ = try setAside(failed, place, as: failure.relativePath, for: failure.claim, day: RealTime.now.day)
                    continue
                }
                guard error.isAbsence else { throw error }
                // An earlier attempt has moved it, or somebody has removed it, and then there is nothing to tell of.
                if try failed.statusIfPresent(place) == nil { removeSidecar(of: place) }
            }
            return place.removingLastComponent()
        }
    }

    private func removeSidecar(of place: FilePath) {
        guard let name = place.lastComponent else { return }
        failed.removeIfPresent(place.removingLastComponent().appending(Self.sidecar(name)))
    }

    /// Opens the folder of a place below `failed/`, which is made if necessary.
    private func open(_ place: FilePath) throws(PlatformError) -> (OpenDirectory, FilePath.Component) {
        let folder = place.removingLastComponent()
        guard !folder.isEmpty else { return (failed, place.lastComponent ?? "file") }
        try failed.makeDirectory(folder, mode: MirroredTree.folderMode)
        return (try failed.directory(folder), place.lastComponent ?? "file")
    }

    /// Removes what tells of an earlier failure of a file that is indexed now.
    ///
    /// A failed version that still lies there goes to `replaced/`, as every earlier version does. A failure of a later claim
    /// stays. It can be repeated after a crash, so the file must leave `work/` after it.
    ///
    /// - Parameters:
    ///   - path: the path below the inbox.
    ///   - claim: the claim of the file that is indexed.
    ///   - keepsLines: whether bad lines of this very claim stay.
    ///   - day: the day of today.
    /// - Throws: `PlatformError`.
    package func clearFailures(
        of path: FilePath, upTo claim: ClaimName, keepsLines: Bool, day: String
    ) throws(PlatformError) {
        guard let name = path.lastComponent else { return }
        let lines = path.removingLastComponent().appending(Self.badLines(name))
        for path in [path, lines] {
            let tree = MirroredTree(failed)
            let place = try tree.place(of: path)
            guard let name = place.lastComponent else { continue }
            let sidecar = place.removingLastComponent().appending(Self.sidecar(name))
            guard try failed.statusIfPresent(sidecar) != nil,
                let report = try FailureReport.read(sidecar, in: failed),
                let failure = report.claim.flatMap(ClaimName.init),
                failure.time < claim.time || failure.time == claim.time && !keepsLines
            else { continue }
            if let file = try tree.file(of: path) {
                try synchronize([setAside(failed, file.place, as: path, for: claim, day: day)])
            }
            do throws(PlatformError) {
                try failed.remove(sidecar)
            } catch {
                guard error.isAbsence else { throw error }
            }
            tree.removeEmptyFolders(above: sidecar)
        }
    }

    /// The mode for reports about a file, so only those who may read the file may read them.
    private func copyMode(_ failure: Failure) throws(PlatformError) -> UInt32 {
        let status = failure.status
        var mayGroup = status.kind != .regular
        if status.kind == .regular {
            do throws(PlatformError) {
                mayGroup = try work.open(failure.path, OpenFlags.document).isReadableByGroup
            } catch {
                // A file that the daemon may not read is closed to others too.
                guard error.isOthersDoing else { throw error }
            }
        }
        var mayOthers = status.permissions & 0o004 != 0
        if status.group != (try failed.groupOfNewFiles) {
            // Members of another group would count as others here, and our group's members counted as others there.
            mayGroup = mayGroup && mayOthers
            mayOthers = mayGroup
        }
        return 0o600 | (mayGroup ? 0o040 : 0) | (mayOthers ? 0o004 : 0)
    }

    /// Keeps the rejected lines of a file whose good ones are indexed: `failed/<path>.bad-lines.jsonl` and its sidecar.
    ///
    /// `lines` is a file of the lines below `failed/`, which is moved.
    package func fail(_ failure: Failure, _ faults: LineFaults, lines: FilePath?) throws(PlatformError) {
        guard let whole = failure.relativePath.lastComponent else { return }
        var failure = failure
        failure.relativePath = failure.relativePath.removingLastComponent().appending(Self.badLines(whole))
        let tree = MirroredTree(failed)
        let place = try tree.place(of: failure.relativePath)
        let (folder, name) = try open(place)
        var report = report(failure)
        report.failedLines = faults.count
        if lines == nil {
            report.hasFile = false
        }
        report.retry = report.remedy
        report.lines = faults.first.map { fault in
            FailureReport.Line(
                line: fault.line, byteOffset: fault.byteOffset, code: fault.code.rawValue, summary: fault.summary)
        }
        let isRepeated =
            try FailureReport.read(FilePath(root: nil, [Self.sidecar(name)]), in: folder)?.claim == failure.claim.text
        if !isRepeated, let older = try tree.file(of: failure.relativePath) {
            try synchronize([
                setAside(failed, older.place, as: failure.relativePath, for: failure.claim, day: RealTime.now.day)
            ])
        }
        let json = report.json
        let mode = try copyMode(failure)
        try durably { () throws(PlatformError) in
            try folder.publish(json, as: Self.sidecar(name), mode: mode, isReplacing: true)
        }
        guard let lines else { return }
        do throws(PlatformError) {
            let file = try failed.openFile(lines)
            try file.setMode(mode)
            try file.synchronize()
            try failed.rename(lines, to: failed, place)
        } catch {
            // The move has already happened, or `failed/` is another folder now; the lines are also in the file.
            guard error.isAbsence else { throw error }
        }
        try folder.synchronize()
    }

    /// The name in `failed/` of the rejected lines of a file.
    package static func badLines(_ name: FilePath.Component) -> FilePath.Component {
        FileName.joined(name.bytes, badLinesSuffix)
    }

    /// What that name ends with.
    package static let badLinesSuffix = ".bad-lines.jsonl"

    private func durably(_ publish: () throws(PlatformError) -> Durability) throws(PlatformError) {
        if case .unknown(let error) = try publish() { throw error }
    }

    /// The sidecar of a name in `failed/`.
    package static func sidecar(_ name: FilePath.Component) -> FilePath.Component {
        FileName.joined(name.bytes, FailureReport.suffix)
    }

    private func report(_ failure: Failure) -> FailureReport {
        let fault = failure.fault
        let now = RealTime.now.timestamp
        let shown = FilePath(root: nil, [failure.relativePath.lastComponent ?? "file"]).displayName
        return FailureReport(
            summary: fault.summary, code: fault.code.rawValue, hint: fault.hint, stage: failure.stage,
            detail: FailureReport.Detail(byteOffset: fault.byteOffset, line: fault.line), name: shown,
            relativePath: failure.relativePath.displayName,
            relativePathBase64: Data(failure.relativePath.bytes).base64EncodedString(),
            owner: failure.status.owner, mode: String(failure.status.permissions, radix: 8), size: failure.status.size,
            modified: RealTime(nanoseconds: failure.status.modified).timestamp, sha256: failure.digest?.hexadecimal,
            claim: failure.claim.text, firstSeen: RealTime(nanoseconds: failure.claim.time).timestamp, failedAt: now,
            attempts: [
                FailureReport.Attempt(
                    at: now, stage: failure.stage, code: fault.code.rawValue, message: fault.summary)
            ],
            daemon: FailureReport.Daemon(
                version: ProgramVersion.current, pipeline: failure.pipeline, boot: BootIdentifier.current,
                invocation: CurrentProcess.environment("INVOCATION_ID")),
            retry: FailureReport.remedy(
                fault.code.rawValue, shown: failure.relativePath.displayName, hasLines: false, hasFile: true))
    }
}
