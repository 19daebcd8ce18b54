import Glibc

/// What the kernel knows of other processes.
package enum ProcessTable {
    /// Whether a process of this number exists, ours to signal or not.
    package static func isAlive(_ number: Int32) -> Bool {
        number > 0 && (kill(number, 0) == 0 || errno == EPERM)
    }

    /// Our own number.
    package static var current: Int32 { getpid() }
}
