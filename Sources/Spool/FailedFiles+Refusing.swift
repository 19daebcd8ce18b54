import Inbox
package import Platform
import SystemPackage

extension FailedFiles {
    /// What keeps a file in `failed/` when the system refused to move it, and what to do; nil for a fault that is not about
    /// this file alone.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - error: what `retry` threw.
    /// - Returns: a sentence, to stand after the name of the file.
    package func obstacle(to file: FailedFile, _ error: PlatformError) -> String? {
        guard error.isOthersDoing else { return nil }
        guard error.cause == .permissionDenied || error.cause == .notPermitted else {
            return "\(error); when that is mended, run this again"
        }
        if let path = error.path, path.starts(with: places.failed), error.operation == Self.leaving {
            let owner = (try? FileStatus.of(places.work).owner).map { "; or run this with sudo -u '#\($0)'" } ?? ""
            return
                "user \(CurrentProcess.user) may not move files out of \(path.displayName), and the daemon may: start it, "
                + "and run this again" + owner
        }
        guard let inbox = try? OpenDirectory(places.inbox) else { return "\(error)" }
        // The innermost of its folders that is there.
        var folder = file.path.removingLastComponent()
        while !folder.isEmpty, (try? inbox.status(of: folder)) == nil { folder.removeLastComponent() }
        guard let status = try? folder.isEmpty ? inbox.status() : inbox.status(of: folder) else { return "\(error)" }
        return "the folder \(inbox.place(of: folder).displayName) belongs to user \(status.owner) with mode "
            + "\(String(status.permissions, radix: 8)), and user \(CurrentProcess.user) may not put files into it; "
            + PermissionRemedy.opening(folder, status, in: inbox) + "; then run this again"
    }
}
