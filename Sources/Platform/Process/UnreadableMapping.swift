import CPlatform

/// What happens when a page of a mapped file cannot be read: the file became shorter, or its disk fails.
///
/// The kernel says so by SIGBUS in the midst of any instruction, from which no Swift code can go on.
package enum UnreadableMapping {
    /// Ends the process with a message and an exit code when that happens, instead of a crash.
    package static func endProcess(saying message: StaticString, code: Int32) {
        message.withUTF8Buffer { bytes in
            guard let start = bytes.baseAddress else { return }
            // The bytes of a static string end with a zero and are never freed.
            unsafe vectorspool_unreadable_note(UnsafeRawPointer(start).assumingMemoryBound(to: CChar.self), code)
        }
    }
}
