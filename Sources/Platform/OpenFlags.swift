import Glibc

/// Combinations of `open(2)` flags that have a name of their own.
package enum OpenFlags {
    /// For a file that anybody may have put there: links are not followed and pipes do not block.
    package static let document: CInt = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
}
