import Glibc
package import SystemPackage

extension Errno {
    /// The calling thread's `errno`; meaningful only right after a failed system call.
    static var current: Errno { Errno(rawValue: errno) }

    /// Whether the fault lies with the system and passes (disk full, quota, memory, descriptors) rather than with the file.
    ///
    /// Such a fault pauses the pipeline; it must never be counted against the document that met it.
    package var isSystemFault: Bool {
        switch self {
        case .noSpace, .diskQuotaExceeded, .noMemory, .tooManyOpenFiles, .tooManyOpenFilesInSystem, .ioError,
            .readOnlyFileSystem:
            true
        default:
            false
        }
    }
}

/// Repeats a system call that a signal interrupted.
///
/// - Returns: the call's result; negative means failure with `errno` set.
func retryingInterrupts<Result: FixedWidthInteger & SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}
