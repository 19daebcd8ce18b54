import FoundationEssentials
import Platform
import SystemPackage

extension FailureReport {
    /// The code of a report that stands for a lost one; no fault of a document has it.
    static let lost = "E_REPORT_LOST"

    /// Stands for the report of a file of `failed/` beside which none lies, or only a damaged one.
    ///
    /// - Parameters:
    ///   - path: the path below the inbox.
    ///   - status: the file as it lies there.
    init(lostOf path: FilePath, _ status: FileStatus) {
        self.init(
            summary: "why it failed is not known any more: its report is gone or damaged", code: Self.lost,
            hint: "a new try tells what is wrong with it", stage: "",
            name: FilePath(root: nil, path.lastComponent.map { [$0] } ?? []).displayName,
            relativePath: path.displayName,
            relativePathBase64: Data(path.bytes).base64EncodedString(), owner: status.owner,
            mode: String(status.permissions, radix: 8), size: status.size,
            modified: RealTime(nanoseconds: status.modified).timestamp, firstSeen: "",
            failedAt: RealTime(nanoseconds: status.changed).timestamp, attempts: [],
            daemon: Daemon(version: "", pipeline: "", boot: ""), retry: "")
        retry = remedy
    }
}
