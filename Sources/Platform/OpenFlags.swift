import Glibc

/// Combinations of `open(2)` flags that have a name of their own.
package enum OpenFlags {
    /// For a file that anybody may have put there: links are not followed and pipes do not block.
    package static let document: CInt = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
    /// For adding to the end of a file that is there.
    package static let append: CInt = O_WRONLY | O_APPEND
    /// For a file that is to be made and must not be there yet.
    package static let newFile: CInt = O_WRONLY | O_CREAT | O_EXCL
    /// For a record of fixed size that is overwritten in place, made when it is not there.
    package static let record: CInt = O_RDWR | O_CREAT
    /// For a file of our own that begins anew.
    package static let fresh: CInt = O_RDWR | O_CREAT | O_TRUNC
}
