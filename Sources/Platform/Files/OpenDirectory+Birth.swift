import CPlatform
package import SystemPackage

extension OpenDirectory {
    /// When a file was made, in nanoseconds since 1970; nil where the file system does not say.
    ///
    /// With the inode it tells a file from a later one at the same path, which may get the number of the one before and the
    /// time of the last write.
    package func birth(of path: FilePath) -> Int64? {
        let moment = try? withParent(of: path) { (parent, name) throws(PlatformError) in
            unsafe name.withPlatformString { unsafe vectorspool_birth(parent, $0) }
        }
        return moment.flatMap { $0 < 0 ? nil : $0 }
    }
}
