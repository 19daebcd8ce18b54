import FoundationEssentials
package import Platform
package import SystemPackage

extension SpoolDirectory {
    /// A file that fails: where it lies, and what is known of it.
    package struct Failure: Sendable {
        /// Where the file lies now, in `work/` or in the inbox.
        package var path: FilePath
        package var relativePath: FilePath
        package var status: FileStatus
        package var claim: ClaimName
        package var fault: DocumentFault
        package var stage: String
        package var digest: SHA256Digest?
        package var pipeline: String
    }

    /// Moves a file to `failed/`, its sidecar first, so that no file ever lies there without the reason.
    ///
    /// Doing it again after a crash in between gives the same names.
    package func fail(_ failure: Failure) throws(PlatformError) {
        let name = try freeName(failure)
        try AtomicFile.write(report(failure).json, to: sidecar(name))
        do throws(PlatformError) {
            try Directory.renameExclusively(failure.path, to: failed.appending(name))
        } catch {
            guard error.cause == .noSuchFileOrDirectory else { throw error }
        }
        removeFolders(of: failure.path)
        try Directory.synchronize(failed)
    }

    /// Keeps the bad lines of a file whose good ones are indexed: `failed/<name>.bad-lines.jsonl` and its sidecar.
    package func fail(_ failure: Failure, lines: [LineFault], count: Int) throws(PlatformError) {
        guard let whole = failure.relativePath.lastComponent else { return }
        var failure = failure
        let parent = failure.relativePath.removingLastComponent()
        failure.relativePath = parent.appending(FileName.joined(whole.bytes, ".bad-lines.jsonl", limit: 215))
        let name = try freeName(failure)
        var report = report(failure)
        report.failedLines = count
        report.lines = lines.prefix(1000).map {
            FailureReport.Line(
                line: $0.fault.line, byteOffset: $0.fault.byteOffset, code: $0.fault.code.rawValue,
                summary: $0.fault.summary)
        }
        var contents: [UInt8] = []
        for line in lines {
            contents += line.bytes
            contents.append(UInt8(ascii: "\n"))
        }
        try AtomicFile.write(report.json, to: sidecar(name))
        try AtomicFile.write(contents, to: failed.appending(name))
    }

    /// The sidecar of a name in `failed/`.
    package func sidecar(_ name: FilePath.Component) -> FilePath {
        failed.appending(FileName.joined(name.bytes, ".error.json"))
    }

    /// The first name that is free, or that an interrupted try for the same claim has begun to use.
    private func freeName(_ failure: Failure) throws(PlatformError) -> FilePath.Component {
        let name = FileName.shortened(failure.relativePath.lastComponent ?? "file")
        var number = 1
        while true {
            let candidate = FileName.numbered(name, number, claim: failure.claim)
            let isOurs = FailureReport.read(sidecar(candidate))?.claim == failure.claim.text
            if isOurs || !(FileStatus.exists(failed.appending(candidate)) || FileStatus.exists(sidecar(candidate))) {
                return candidate
            }
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
                version: DaemonVersion.current, pipeline: failure.pipeline, boot: BootIdentifier.current,
                invocation: CurrentProcess.environment("INVOCATION_ID")),
            retry: "after a remedy move the file back to the inbox and remove this note")
    }
}
