import CPlatform
import Glibc
import SystemPackage

extension OwnedDescriptor {
    /// Whether the group that the file belongs to may read it; false when that cannot be told.
    ///
    /// The bits of its mode alone do not say: beside an access control list they are its mask.
    package var isReadableByGroup: Bool {
        guard let status = try? status(), status.permissions & S_IRGRP != 0 else { return false }
        var list: [UInt8] = Array(repeating: 0, count: Int(vectorspool_access_list_limit))
        let count = SystemCall.attributes.perform(on: path) {
            unsafe list.withUnsafeMutableBytes { unsafe vectorspool_access_list(number, $0.baseAddress, $0.count) }
        }
        guard count >= 0 else { return Errno.current == .noData || Errno.current == .notSupported }
        return unsafe vectorspool_access_list_lets_group_read(list, count) == 1
    }
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
