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
