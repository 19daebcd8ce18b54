import Platform
import SystemPackage

/// The files in which reports lie beside what failed.
extension FailureReport {
    /// What follows the name of the file in that of its report.
    static let suffix = FileName.mark + "error.json"
    /// What earlier versions wrote instead; other programs write files of such names too.
    static let earlierSuffix = ".error.json"

    /// Whether a name is that of a report in this form.
    static func isOfReport(_ name: FilePath.Component) -> Bool {
        name.bytes.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }

    /// The reports of a file, in this form and the earlier one, whether or not the file lies there.
    ///
    /// - Parameters:
    ///   - place: where the file lies below `failed/`.
    ///   - failed: that folder.
    /// - Returns: where they lie, and which files they are now.
    /// - Throws: `PlatformError`.
    static func sidecars(
        of place: FilePath, in failed: OpenDirectory
    ) throws(PlatformError) -> [(place: FilePath, status: FileStatus)] {
        guard let name = place.lastComponent else { return [] }
        var found: [(FilePath, FileStatus)] = []
        for suffix in [suffix, earlierSuffix] {
            let sidecar = place.removingLastComponent().appending(FileName.joined(name.bytes, suffix))
            guard let status = try failed.statusIfPresent(sidecar) else { continue }
            if suffix == earlierSuffix, try !isEarlierReport(sidecar, in: failed) { continue }
            found.append((sidecar, status))
        }
        return found
    }

    /// Whether a file whose name an earlier version would have given to a report is one, and was not dropped by somebody.
    static func isEarlierReport(_ sidecar: FilePath, in failed: OpenDirectory) throws(PlatformError) -> Bool {
        guard let name = sidecar.lastComponent else { return false }
        let own = sidecar.removingLastComponent().appending(FileName.joined(name.bytes, suffix))
        guard try failed.statusIfPresent(own) == nil else { return false }
        return try read(sidecar, in: failed) != nil
    }
}
