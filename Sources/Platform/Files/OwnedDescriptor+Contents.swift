import CPlatform
import Glibc
package import SystemPackage

extension OwnedDescriptor {
    /// Writes all of `bytes` at the current position.
    package borrowing func write(_ bytes: borrowing RawSpan) throws(PlatformError) {
        var offset = 0
        while offset < bytes.byteCount {
            let rest = bytes.extracting(offset..<bytes.byteCount)
            let written = unsafe rest.withUnsafeBytes { pointer in
                SystemCall.write.transfer(on: path, count: pointer.count) { count in
                    unsafe Glibc.write(number, pointer.baseAddress, count)
                }
            }
            guard written >= 0 else { throw .system("write", path: path) }
            offset += written
        }
    }

    /// Reads up to `count` bytes from the current position; an empty array means the end of the file.
    package borrowing func read(atMost count: Int) throws(PlatformError) -> [UInt8] {
        var result = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            result = SystemCall.read.transfer(on: path, count: count) { count in
                unsafe Glibc.read(number, buffer.baseAddress, count)
            }
            initialized = max(result, 0)
        }
        guard result >= 0 else { throw .system("read", path: path) }
        return bytes
    }

    /// Goes back to the beginning of a file.
    package borrowing func rewind() throws(PlatformError) {
        guard SystemCall.read.perform(on: path, { lseek(number, 0, SEEK_SET) }) == 0 else {
            throw .system("read again", path: path)
        }
    }

    /// Reads up to `count` bytes at `offset` and keeps the current position; an empty array means the end of the file.
    package borrowing func read(atMost count: Int, at offset: Int) throws(PlatformError) -> [UInt8] {
        var result = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            result = SystemCall.read.transfer(on: path, count: count) { count in
                unsafe pread(number, buffer.baseAddress, count, off_t(offset))
            }
            initialized = max(result, 0)
        }
        guard result >= 0 else { throw .system("read", path: path) }
        return bytes
    }

    /// Reads up to `count` bytes at `offset` into `bytes`, from the place `first` on; returns how many, less than 0 for a failure.
    borrowing func read(_ count: Int, at offset: Int, into bytes: inout [UInt8], from first: Int) -> Int {
        precondition(first >= 0 && count >= 0 && first + count <= bytes.count, "room for \(count) bytes")
        let number = number
        return unsafe bytes.withUnsafeMutableBytes { buffer in
            SystemCall.read.transfer(on: path, count: count) { count in
                unsafe pread(number, buffer.baseAddress.map { unsafe $0 + first }, count, off_t(offset))
            }
        }
    }

    private static let byteOrderMarks: Set<[UInt8]> = [
        [0xEF, 0xBB, 0xBF], [0xFE, 0xFF], [0xFF, 0xFE], [0xFF, 0xFE, 0, 0], [0, 0, 0xFE, 0xFF],
    ]

    /// Whether there is anything but zero bytes among the first `limit` bytes, or more than a byte order mark; the current
    /// position stays.
    ///
    /// A file that was preallocated and not written yet has nothing else, nor has a new file of some editors.
    package borrowing func hasContents(within limit: Int) throws(PlatformError) -> Bool {
        var offset = 0
        // Nearly every file shows it in the first bytes.
        var count = 64
        while offset < limit {
            let bytes = try read(atMost: min(count, limit - offset), at: offset)
            if bytes.isEmpty { return false }
            if bytes.contains(where: { $0 != 0 }) { return offset > 0 || !Self.byteOrderMarks.contains(bytes) }
            offset += bytes.count
            count = 1 << 16
        }
        return false
    }
}

extension OwnedDescriptor {
    /// Writes all of `bytes` at `offset` and keeps the current position.
    package borrowing func overwrite(_ bytes: borrowing RawSpan, at offset: Int) throws(PlatformError) {
        var done = 0
        while done < bytes.byteCount {
            let rest = bytes.extracting(done..<bytes.byteCount)
            let written = unsafe rest.withUnsafeBytes { pointer in
                SystemCall.write.transfer(on: path, count: pointer.count) { count in
                    unsafe pwrite(number, pointer.baseAddress, count, off_t(offset + done))
                }
            }
            guard written >= 0 else { throw .system("write", path: path) }
            done += written
        }
    }
}

extension OwnedDescriptor {
    /// Whether the file's group may read it; false when that is unknown.
    ///
    /// The mode bits alone do not tell: with an access control list they are its mask.
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
    /// The group of new files in the directory.
    package var groupOfNewFiles: UInt32 {
        get throws(PlatformError) {
            let status = try status()
            return status.permissions & S_ISGID != 0 ? status.group : getegid()
        }
    }
}

extension OwnedDescriptor {
    /// Opens a file for reading; the path `-` means standard input.
    package static func openForReading(_ path: FilePath) throws(PlatformError) -> OwnedDescriptor {
        guard path == "-" else { return try open(path, O_RDONLY) }
        let copy = SystemCall.open.perform(on: "standard input") { dup(STDIN_FILENO) }
        guard copy >= 0 else { throw .system("open", path: "standard input") }
        return OwnedDescriptor(adopting: copy, path: "standard input")
    }
}
