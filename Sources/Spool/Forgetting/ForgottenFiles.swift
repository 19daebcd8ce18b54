package import Platform
package import SystemPackage

/// What became of the files of a forgotten document.
package struct ForgottenFiles: Sendable {
    /// One file that was put away.
    package struct PutAway: Sendable {
        /// Where it lies now, below the spool; nil when it was removed.
        package let place: FilePath?
        package let status: FileStatus
    }

    package var putAway: [PutAway] = []
    /// Files of the inbox that the daemon may not move, in full; they stay there, forgotten until they change.
    package var left: [FilePath] = []

    package init() {}
}
