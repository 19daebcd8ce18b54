import Glibc
import SystemPackage

/// The kinds of system calls that Platform makes, and the one function that makes them all.
///
/// A test can make any of them fail, fall short or end the process (`FaultPlan`). Without a plan the check costs one
/// relaxed load.
package enum SystemCall: String, Sendable, CaseIterable {
    case open, close, read, write, status, list, rename, link, remove, makeDirectory, changeMode
    case synchronize, synchronizeFileSystem, truncate, lock, lease, map, fileSystemStatus, attributes, watch, wait

    /// Makes the call, and repeats it when a signal interrupts it.
    ///
    /// - Parameters:
    ///   - path: the file concerned, which selects the plan.
    ///   - call: makes the system call.
    /// - Returns: the result of the call; a negative one means failure with `errno` set.
    func perform<Result: FixedWidthInteger & SignedInteger>(
        on path: FilePath, _ call: () -> Result
    ) -> Result {
        switch FaultPlan.isAnyArmed ? FaultPlan.effect(of: self, on: path) : .none {
        case .none, .short: return Self.retryingInterrupts(call)
        case .failAfterwards(let error):
            _ = Self.retryingInterrupts(call)
            return Self.failure(error)
        case .fail(let error):
            // The descriptor must be closed even when the plan makes close(2) report an error.
            if self == .close { _ = call() }
            return Self.failure(error)
        case .exit: _exit(FaultPlan.exitCode)
        }
    }

    /// Makes a call that moves up to `count` bytes; a plan may let it move fewer.
    func transfer(on path: FilePath, count: Int, _ call: (Int) -> Int) -> Int {
        guard FaultPlan.isAnyArmed else { return Self.retryingInterrupts { call(count) } }
        switch FaultPlan.effect(of: self, on: path) {
        case .short where count > 1: return Self.retryingInterrupts { call((count + 1) / 2) }
        case .none, .short: return Self.retryingInterrupts { call(count) }
        case .fail(let error), .failAfterwards(let error): return Self.failure(error)
        case .exit: _exit(FaultPlan.exitCode)
        }
    }

    private static func failure<Result: SignedInteger>(_ error: Errno) -> Result {
        errno = error.rawValue
        return -1
    }

    private static func retryingInterrupts<Result: SignedInteger>(_ call: () -> Result) -> Result {
        while true {
            let result = call()
            if result >= 0 || errno != EINTR { return result }
        }
    }
}
