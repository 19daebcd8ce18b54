import CPlatform
import Glibc

extension OwnedDescriptor {
    /// Whether the group that the file belongs to may read it; false when that cannot be told.
    ///
    /// The bits of its mode alone do not say: beside an access control list they are its mask.
    package var isReadableByGroup: Bool { vectorspool_group_may_read(number) == 1 }
}

extension OpenDirectory {
    /// The group that a file made in the directory belongs to.
    package var groupOfNewFiles: UInt32 {
        get throws(PlatformError) {
            let status = try status()
            return status.permissions & S_ISGID != 0 ? status.group : getegid()
        }
    }
}
