import Identity
import Platform
import SystemPackage
import Text

extension FailureReport {
    /// How the file gets into the index once the hint was followed, with commands that can be typed as they stand.
    package var remedy: String {
        Self.remedy(
            code, shown: originalPath?.displayName ?? relativePath, hasLines: failedLines != nil,
            hasFile: hasFile != false)
    }

    /// The remedy for a fault.
    ///
    /// - Parameters:
    ///   - code: the code of the fault.
    ///   - shown: the path below the inbox as it is shown to people, which the commands understand.
    ///   - hasLines: whether only lines of the file failed.
    ///   - hasFile: whether what failed lies beside the report.
    /// - Returns: half a sentence.
    static func remedy(_ code: String, shown: String, hasLines: Bool, hasFile: Bool) -> String {
        let retry = "run: vectorspool retry " + ShellWord.quoted(shown.utf8)
        if hasLines {
            let whole = "correct your copy of the whole file and drop it again at its path"
            return hasFile
                ? "\(whole); or correct these lines where they lie, and \(retry)"
                : "\(whole); the lines lie in done/ with the others"
        }
        if code == lost { return retry }
        switch DocumentFault.Code(rawValue: code) {
        // At its own path it would be refused again.
        case .unknownFormat:
            return "drop the result under its own name; then, to have this one taken away, run: vectorspool forget "
                + ShellWord.quoted(shown.utf8)
        case .tooBig:
            return
                "drop a smaller version at the same path; or, when the configuration was changed and the daemon has read "
                + "it (vectorspool reload), \(retry)"
        case .unreadable, .changed: return "drop it again at the same path, or \(retry)"
        case .notAFile, .lostByPowerCut: return "drop it at the same path, which takes this one away"
        case .poison, .encoder: return "after an update of VectorSpool \(retry)"
        default:
            let folder = FilePath(shown).removingLastComponent()
            let into = folder.isEmpty ? "" : " (vectorspool drop --into \(ShellWord.quoted(folder.bytes)))"
            return
                "drop your corrected copy at the same path\(into), which takes this one away; or correct this one where it lies, "
                + "and \(retry)"
        }
    }
}
