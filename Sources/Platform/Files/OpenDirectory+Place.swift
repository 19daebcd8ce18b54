import SystemPackage

/// Whether the path of an open directory still leads to it.
extension OpenDirectory {
    /// Whether nothing lies at its path any more.
    package var isGone: Bool {
        do throws(PlatformError) {
            _ = try FileStatus.followingLinks(path)
            return false
        } catch {
            return error.isAbsence
        }
    }

    /// Whether something else lies at its path, such as a copy that was restored.
    package var isReplaced: Bool {
        guard let present = try? FileStatus.followingLinks(path), let own = try? status() else { return false }
        return !present.isSameFile(as: own)
    }

    /// Makes sure that what is written here is found at the path.
    ///
    /// - Throws: `PlatformError` of code `.system`: cause `.noSuchFileOrDirectory` when nothing lies at the path,
    ///   `.staleNFSFileHandle` when something else does.
    package func requirePlace() throws(PlatformError) {
        guard !isGone else {
            throw PlatformError(
                .system, "write into the folder, which was moved away or removed", path: path,
                cause: .noSuchFileOrDirectory)
        }
        let present = try FileStatus.followingLinks(path)
        guard try present.isSameFile(as: status()) else {
            throw PlatformError(
                .system, "write into the folder, which was moved away while another one took its name", path: path,
                cause: .staleNFSFileHandle)
        }
    }
}
