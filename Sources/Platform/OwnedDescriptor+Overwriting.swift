import Glibc

extension OwnedDescriptor {
    /// Writes all of `bytes` at `offset` and leaves the current position where it is.
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
