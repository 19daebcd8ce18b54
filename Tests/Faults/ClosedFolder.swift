import Ingest
import Platform
import SystemPackage

/// A folder in the inbox that belongs to another user: its files may be read, and neither moved nor removed.
///
/// The daemon may run as root here, whom no folder refuses anything, so a plan refuses it.
enum ClosedFolder {
    private static let name: FilePath.Component = "theirs"

    /// Whether a path below the inbox is in it.
    static func holds(_ path: FilePath) -> Bool { path.components.first == name }

    /// Whether a call is refused.
    ///
    /// - Parameters:
    ///   - call: the call.
    ///   - path: the file.
    ///   - root: the folder of the daemon.
    /// - Returns: whether its owner alone may do that.
    static func refuses(_ call: SystemCall, _ path: FilePath, below root: FilePath) -> Bool {
        guard call == .rename || call == .remove else { return false }
        var rest = path
        return rest.removePrefix(root.appending("spool/inbox")) && holds(rest)
    }

    /// Refuses it while no other plan does.
    static func plan(below root: FilePath) -> FaultPlan {
        FaultPlan(below: root, of: [.rename, .remove]) { site, _, path in
            refuses(site.call, path, below: root) ? .fail(.permissionDenied) : .none
        }
    }
}
