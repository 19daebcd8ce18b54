import CPlatform
import Glibc
package import SystemPackage

extension OpenDirectory {
    /// How a file came to stand in a second directory.
    package enum Sharing: String, Sendable, CaseIterable {
        /// Both names are of one file (link(2)).
        case linked
        /// A copy that may share its blocks with the first (reflink).
        case copied
    }

    /// Gives a file of this directory a name in another one: a second name where the file system allows it, else a copy.
    ///
    /// For files that are never written again. A copy is on the disk when this returns; names are not until the caller synchronizes the
    /// other directory.
    ///
    /// - Parameters:
    ///   - name: the file, directly in this directory.
    ///   - directory: the other directory.
    ///   - other: the name there.
    ///   - mode: the permissions of a copy.
    /// - Returns: how it was done.
    /// - Throws: `PlatformError` of code `.system`; cause `.fileExists` where the name is taken.
    package func share(
        _ name: FilePath.Component, in directory: OpenDirectory, as other: FilePath.Component, mode: UInt32
    ) throws(PlatformError) -> Sharing {
        let place = place(of: FilePath(root: nil, [name]))
        let result = unsafe name.withPlatformString { name in
            unsafe other.withPlatformString { other in
                SystemCall.link.perform(on: place) {
                    unsafe linkat(descriptor.number, name, directory.descriptor.number, other, 0)
                }
            }
        }
        if result == 0 {
            // Who works on the other directory may need to write to what is his, or to remove it by its age.
            if (try? directory.status(of: FilePath(root: nil, [other])).owner) == (try? directory.status().owner),
                directory.touch(other)
            {
                return .linked
            }
            directory.removeIfPresent(FilePath(root: nil, [other]))
            errno = EPERM
        }
        if Errno.current == .fileExists {
            throw .system("link to \(directory.place(of: FilePath(root: nil, [other])))", path: place)
        }
        // Another file system, one without links, or a file that is not ours: then it is copied.
        let temporary = Self.temporaryName(for: other)
        do throws(PlatformError) {
            let source = try openFile(FilePath(root: nil, [name]))
            let copy = try directory.open(temporary, OpenFlags.newFile, mode: mode)
            _ = try source.copyContents(to: copy) { _ in true }
            try directory.install(copy, temporary, as: other, isReplacing: false)
            return .copied
        } catch {
            directory.removeIfPresent(temporary)
            throw error
        }
    }

    /// Gives a file the present time; false where that is not allowed.
    private func touch(_ name: FilePath.Component) -> Bool {
        unsafe name.withPlatformString { name in
            unsafe utimensat(descriptor.number, name, nil, AT_SYMLINK_NOFOLLOW) == 0
        }
    }
}
