import Glibc
import Synchronization
package import SystemPackage

/// An open directory that is opened or made again after others remove or move it.
package final class RenewableDirectory: Sendable {
    /// Where it is.
    package let path: FilePath
    private let parent: OpenDirectory
    private let name: FilePath.Component
    private let mode: UInt32
    private let held: Mutex<OpenDirectory>

    /// Opens a directory, through a link if it is one, or makes it.
    ///
    /// - Parameters:
    ///   - parent: the directory that contains it; only its owner can make names there.
    ///   - name: its name.
    ///   - mode: the permissions of a directory that is made.
    /// - Throws: `PlatformError` of code `.system`.
    package init(
        in parent: OpenDirectory, _ name: FilePath.Component, mode: UInt32 = 0o755
    ) throws(PlatformError) {
        path = parent.place(of: FilePath(root: nil, [name]))
        self.parent = parent
        self.name = name
        self.mode = mode
        held = Mutex(try Self.open(parent, name: name, mode: mode))
    }

    /// Opens or makes the directory at a path.
    package convenience init(_ path: FilePath) throws(PlatformError) {
        guard let name = path.lastComponent, name.kind == .regular else {
            throw PlatformError(.system, "open", path: path, cause: .invalidArgument)
        }
        try self.init(in: OpenDirectory(path.removingLastComponent()), name)
    }

    /// The directory as it was last opened.
    package var current: OpenDirectory { held.withLock { $0 } }

    /// Checks whether the name still refers to the open directory; if not, opens or makes the directory again.
    package func renew() throws(PlatformError) {
        let before = try current.status()
        let opened = try Self.open(parent, name: name, mode: mode)
        if try opened.status().isSameFile(as: before) { return }
        held.withLock { $0 = opened }
    }

    private static func open(
        _ parent: OpenDirectory, name: FilePath.Component, mode: UInt32
    ) throws(PlatformError) -> OpenDirectory {
        do throws(PlatformError) {
            return try parent.directory(trusting: name)
        } catch {
            guard error.cause == .noSuchFileOrDirectory else { throw error }
            try parent.makeDirectory(FilePath(root: nil, [name]), mode: mode)
            return try parent.directory(trusting: name)
        }
    }
}
