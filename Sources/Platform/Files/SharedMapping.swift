package import SystemPackage

/// A mapped file with several owners, unmapped when the last one ends.
///
/// The compiler does not let a span of a class's stored property leave its methods, although a `let` of a class lives
/// as long as the object. This type makes that promise in one place.
@safe
package final class SharedMapping: @unchecked Sendable {
    private let file: MappedFile
    private let buffer: UnsafeRawBufferPointer

    /// Maps `path`.
    ///
    /// - Throws: `PlatformError` of code `.system`.
    package convenience init(_ path: FilePath) throws(PlatformError) {
        self.init(try MappedFile(path))
    }

    /// Takes ownership of a mapping that had one owner.
    package init(_ file: consuming MappedFile) {
        unsafe buffer = Self.buffer(of: file)
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
}
