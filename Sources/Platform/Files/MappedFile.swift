import Glibc
package import SystemPackage

/// A whole file mapped read-only: its bytes are the page cache's, never a copy.
///
/// The file must not be truncated while it is mapped. Everything that we map is immutable once published, and a deleted
/// file stays readable until the last mapping ends.
@safe
package struct MappedFile: ~Copyable, @unchecked Sendable {
    private let base: UnsafeRawPointer?
    /// The file's status when it was mapped.
    package let status: FileStatus
    /// The path it was mapped from, for error messages only.
    package let path: FilePath

    /// Maps `path`; an empty file gives an empty span.
    ///
    /// - Throws: `PlatformError` of code `.system`.
    package init(_ path: FilePath) throws(PlatformError) {
        try self.init(OwnedDescriptor.open(path, O_RDONLY))
    }

    /// Maps a file that is open for reading; the descriptor can be closed afterwards.
    ///
    /// - Throws: `PlatformError` of code `.system`.
    package init(_ descriptor: borrowing OwnedDescriptor) throws(PlatformError) {
        let status = try descriptor.status()
        let mapped = unsafe try Self.map(descriptor, byteCount: status.size)
        unsafe self.base = mapped
        self.status = status
        path = descriptor.path
    }

    /// The file's size in bytes when it was mapped.
    package var byteCount: Int { status.size }

    private static func map(
        _ descriptor: borrowing OwnedDescriptor, byteCount: Int
    ) throws(PlatformError) -> UnsafeRawPointer? {
        // mmap(2) refuses a length of zero.
        guard byteCount > 0 else { return nil }
        var address: UnsafeMutableRawPointer?
        let number = descriptor.number
        let result = SystemCall.map.perform(on: descriptor.path) { () -> CInt in
            unsafe address = mmap(nil, byteCount, PROT_READ, MAP_SHARED, number, 0)
            return unsafe address == MAP_FAILED ? -1 : 0
        }
        guard result == 0, let address = unsafe address else { throw .system("map", path: descriptor.path) }
        return UnsafeRawPointer(address)
    }

    deinit {
        guard let base = unsafe base else { return }
        _ = unsafe munmap(UnsafeMutableRawPointer(mutating: base), byteCount)
    }

    /// The file's bytes.
    package var bytes: RawSpan {
        @_lifetime(borrow self)
        borrowing get {
            let buffer = unsafe UnsafeRawBufferPointer(start: base, count: byteCount)
            return unsafe _overrideLifetime(RawSpan(_unsafeBytes: buffer), borrowing: self)
        }
    }

    /// Calls `body` with the file's bytes, for a mapping in a property of a class, whose span would outlive the access.
    package borrowing func withBytes<Result, Failure: Error>(
        _ body: (RawSpan) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(bytes)
    }

    /// Enters all pages of the file into the page table at once, which is cheaper than at each page's first use.
    ///
    /// It has no effect before Linux 5.14.
    package borrowing func populate() {
        guard let base = unsafe base else { return }
        // MADV_POPULATE_READ of linux/mman.h, which glibc 2.36 does not have everywhere.
        _ = unsafe madvise(UnsafeMutableRawPointer(mutating: base), byteCount, 22)
    }

    /// Removes all pages from the page table, so they no longer count as resident; they stay in the page cache.
    package borrowing func release() {
        guard let base = unsafe base else { return }
        _ = unsafe madvise(UnsafeMutableRawPointer(mutating: base), byteCount, MADV_DONTNEED)
    }

    /// Tells the kernel that the whole file will be read once from front to back.
    package borrowing func adviseSequentialUse() {
        guard let base = unsafe base else { return }
        _ = unsafe madvise(UnsafeMutableRawPointer(mutating: base), byteCount, MADV_SEQUENTIAL)
    }
}
