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
    /// cost as many disk flushes. Repeating this after a crash in between gives the same names.
    package func fail(_ failures: [Failure]) throws(PlatformError) {
        guard !failures.isEmpty else { return }
        try renewFolders()
        let failed = self.failed
        var names: [FilePath.Component] = []
        for failure in failures {
            let name = try freeName(failure)
            names.append(name)
            // This is a retry, and the move has already happened.
            let isGone = try work.statusIfPresent(failure.path) == nil
            if isGone, try failed.statusIfPresent(FilePath(root: nil, [name])) != nil { continue }
            try failed.replaceVolatile(report(failure).json, as: Self.sidecar(name), mode: copyMode(failure))
        }
        try failed.synchronizeFileSystem()
        for (failure, name) in zip(failures, names) {
            do throws(PlatformError) {
                try work.renameExclusively(failure.path, to: failed, FilePath(root: nil, [name]))
            } catch {
                guard error.isAbsence else { throw error }
            }
        }
        for failure in failures { removeFolders(of: failure.path) }
        try failed.synchronize()
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

    /// Keeps the rejected lines of a file whose good ones are indexed: `failed/<name>.bad-lines.jsonl` and its sidecar.
    ///
    /// `lines` is a file of the lines below `failed/`, which is moved.
    package func fail(_ failure: Failure, _ faults: LineFaults, lines: FilePath?) throws(PlatformError) {
        guard let whole = failure.relativePath.lastComponent else { return }
        var failure = failure
        let parent = failure.relativePath.removingLastComponent()
        failure.relativePath = parent.appending(FileName.joined(whole.bytes, ".bad-lines.jsonl", limit: 215))
        let name = try freeName(failure)
        var report = report(failure)
        report.failedLines = faults.count
        report.lines = faults.first.map { fault in
            FailureReport.Line(
                line: fault.line, byteOffset: fault.byteOffset, code: fault.code.rawValue, summary: fault.summary)
        }
        let json = report.json
        let mode = try copyMode(failure)
        try durably { () throws(PlatformError) in
            try failed.publish(json, as: Self.sidecar(name), mode: mode, isReplacing: true)
        }
        guard let lines else { return }
        do throws(PlatformError) {
            let file = try failed.openFile(lines)
            try file.setMode(mode)
            try file.synchronize()
            try failed.rename(lines, to: failed, FilePath(root: nil, [name]))
        } catch {
            // The move has already happened, or `failed/` is another folder now; the lines are also in the file.
            guard error.isAbsence else { throw error }
        }
        try failed.synchronize()
    }

    private func durably(_ publish: () throws(PlatformError) -> Durability) throws(PlatformError) {
        if case .unknown(let error) = try publish() { throw error }
    }

    /// The sidecar of a name in `failed/`.
    package static func sidecar(_ name: FilePath.Component) -> FilePath.Component {
        FileName.joined(name.bytes, ".error.json")
    }

    /// The first name that is free, or that an interrupted attempt for the same claim has started to use.
    private func freeName(_ failure: Failure) throws(PlatformError) -> FilePath.Component {
        let name = FileName.shortened(failure.relativePath.lastComponent ?? "file")
        var number = 1
        while true {
            let candidate = FileName.numbered(name, number, claim: failure.claim)
            let sidecar = FilePath(root: nil, [Self.sidecar(candidate)])
            let file = try failed.statusIfPresent(FilePath(root: nil, [candidate]))
            let note = try failed.statusIfPresent(sidecar)
            if file == nil && note == nil { return candidate }
            if try FailureReport.read(sidecar, in: failed)?.claim == failure.claim.text { return candidate }
            guard number < 10 else { return candidate }
            number += 1
        }
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
            retry: "after correcting it, move the file back to the inbox and remove this report")
    }
}
