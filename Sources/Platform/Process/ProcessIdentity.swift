import CPlatform
import Glibc
import SystemPackage

/// What identifies one process for good: its number, when it was started, and the run of the kernel.
///
/// Numbers are given again. Without the start, a page of yesterday's daemon would be taken for that of a stranger.
package struct ProcessIdentity: Sendable, Equatable {
    package let number: Int32
    /// Clock ticks between the start of the machine and that of the process; nil where `/proc` does not show it.
    package let start: UInt64?
    /// The identifier of the kernel's run; nil where it is not known.
    package let boot: String?

    package init(number: Int32, start: UInt64?, boot: String?) {
        self.number = number
        self.start = start
        self.boot = boot
    }

    /// This process.
    package static var current: ProcessIdentity {
        ProcessIdentity(
            number: getpid(), start: ProcessTable.start(of: getpid()), boot: BootIdentifier.current)
    }

    /// Whether the process still runs.
    package var isRunning: Bool {
        if let boot, boot != BootIdentifier.current { return false }
        guard let start else { return ProcessTable.isAlive(number) }
        if let present = ProcessTable.start(of: number) { return present == start }
        // A `/proc` with `hidepid` shows no processes of others, but the kernel still says that the number is in use.
        return !ProcessTable.isShown && ProcessTable.isAlive(number)
    }

    /// Asks the process to read its configuration again, with SIGHUP.
    ///
    /// The signal reaches this process or none: the identity is compared after the process is held by a descriptor.
    ///
    /// - Throws: `PlatformError`: cause `.noSuchProcess` when it has ended, `.notPermitted` when it is another user's.
    package func hangUp() throws(PlatformError) {
        let opened = vectorspool_process_open(number)
        guard opened >= 0 else { throw .system("find process \(number)") }
        let process = OwnedDescriptor(adopting: opened, path: "process")
        guard isRunning else {
            throw PlatformError(.system, "find process \(number)", cause: .noSuchProcess)
        }
        guard vectorspool_process_signal(process.number, SIGHUP) == 0 else {
            throw .system("send SIGHUP to process \(number)")
        }
    }
}

/// Facts about other processes.
package enum ProcessTable {
    /// Whether a process of this number exists, even if we may not signal it.
    package static func isAlive(_ number: Int32) -> Bool {
        number > 0 && (kill(number, 0) == 0 || errno == EPERM)
    }

    /// Our own number.
    package static var current: Int32 { getpid() }

    /// Whether `/proc` shows processes of other users, such as the first one.
    static var isShown: Bool { FileStatus.exists("/proc/1/stat") }

    /// When a process was started, in clock ticks since the start of the machine; nil for one that has ended or is hidden.
    package static func start(of number: Int32) -> UInt64? {
        guard number > 0, let bytes = try? FileContents.read(FilePath("/proc/\(number)/stat"), limit: 1 << 16) else {
            return nil
        }
        return start(in: String(decoding: bytes, as: UTF8.self))
    }

    /// Reads the start from a line of `proc_pid_stat(5)`; nil for a process that has ended and waits for its parent.
    package static func start(in line: String) -> UInt64? {
        // The second field is the name, which may hold spaces and parentheses.
        guard let end = line.lastIndex(of: ")") else { return nil }
        let fields = line[line.index(after: end)...].split(separator: " ")
        guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
        return UInt64(fields[19])
    }
}
