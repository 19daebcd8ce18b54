import CPlatform
package import SystemPackage

/// The facts of `statfs(2)` about the file system of a path.
package struct FileSystemStatus: Sendable, Equatable {
    /// The file system's magic number, see `statfs(2)`.
    package let magic: UInt64
    /// Bytes that an ordinary process may still write.
    package let availableBytes: Int
    package let isReadOnly: Bool

    /// Queries the file system that contains `path`.
    package init(of path: FilePath) throws(PlatformError) {
        var raw = vectorspool_filesystem()
        let result = unsafe path.withPlatformString { name in
            SystemCall.fileSystemStatus.perform(on: path) { unsafe vectorspool_filesystem_status(name, &raw) }
        }
        guard result == 0 else { throw .system("read the status of the file system", path: path) }
        magic = raw.magic
        let (bytes, overflow) = raw.available_blocks.multipliedReportingOverflow(by: raw.block_size)
        availableBytes = overflow ? .max : Int(clamping: bytes)
        isReadOnly = raw.is_read_only != 0
    }

    /// Whether other machines (or a hypervisor's host) can write to it, which inotify does not report.
    package var isShared: Bool { Self.sharedNames[magic] != nil }

    /// The name of a shared file system, for messages.
    package var sharedName: String? { Self.sharedNames[magic] }

    // Magic numbers of statfs(2).
    private static let sharedNames: [UInt64: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFE53_4D42: "SMB2", 0xFF53_4D42: "CIFS", 0x6573_5546: "FUSE",
        0x0102_1997: "9P", 0x00C3_6400: "Ceph", 0x5346_414F: "AFS", 0x786F_4256: "vboxsf", 0x564C: "NCP",
        0x7375_7245: "Coda", 0x0BD0_0BD3: "Lustre", 0x4750_4653: "GPFS", 0x0116_1970: "GFS2", 0x7461_636F: "OCFS2",
        0xBACB_ACBC: "VMware shared folders", 0x7C7C_6673: "Parallels shared folders", 0x6B41_4653: "AFS",
    ]
}
