import Glibc
package import SystemPackage

/// A mapped file with several owners, unmapped when the last one ends.
///
/// The compiler does not let a span of a class's stored property leave its methods, although a `let` of a class lives
/// as long as the object. This type makes that promise in one place.
@safe
package final class SharedMapping: @unchecked Sendable {
    private let file: MappedFile
    private let buffer: UnsafeRawBufferPointer
    /// The file, where it is read as well.
    private let descriptor: OwnedDescriptor?

    /// Maps `path`.
    ///
    /// - Throws: `PlatformError` of code `.system`.
    package convenience init(_ path: FilePath) throws(PlatformError) {
        self.init(try MappedFile(path))
    }

    /// Takes ownership of a mapping that had one owner, and of the file for `read`.
    package init(_ file: consuming MappedFile, reading descriptor: consuming OwnedDescriptor? = nil) {
        unsafe buffer = Self.buffer(of: file)
        self.descriptor = descriptor
        self.file = file
    }

    private static func buffer(of file: borrowing MappedFile) -> UnsafeRawBufferPointer {
        unsafe file.bytes.withUnsafeBytes { unsafe $0 }
    }

    /// The file's size in bytes when it was mapped.
    package var byteCount: Int { unsafe buffer.count }

    /// The file's bytes.
    package var bytes: RawSpan {
        @_lifetime(borrow self)
        get {
            unsafe _overrideLifetime(RawSpan(_unsafeBytes: buffer), borrowing: self)
        }
    }

    /// Copies bytes of the file to the start of `bytes`, which grows to have room.
    ///
    /// For what is read once that takes less time than entering the pages into the page table.
    ///
    /// - Returns: whether all are there.
    package func read(_ range: Range<Int>, into bytes: inout [UInt8]) -> Bool {
        if bytes.count < range.count { bytes = [UInt8](repeating: 0, count: range.count) }
        var done = 0
        while done < range.count {
            guard
                let count = descriptor?.read(range.count - done, at: range.lowerBound + done, into: &bytes, from: done),
                count > 0
            else { return false }
            done += count
        }
        return true
    }

    /// Takes whole pages of a range out of the page table; they come back when they are read again.
    ///
    /// For what reads a file through once: its pages would count as memory of the process until the mapping ends.
    package func release(_ range: Range<Int>) {
        let page = Int(getpagesize())
        let start = (range.lowerBound + page - 1) / page * page
        let end = min(range.upperBound, byteCount) / page * page
        guard start < end, let base = unsafe buffer.baseAddress else { return }
        unsafe madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
    }
}
