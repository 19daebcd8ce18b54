import Glibc

/// Ends the process at a given time even when a thread hangs in a system call.
package enum ExitDeadline {
    /// The exit code, which means that the process was interrupted.
    package static let code: Int32 = 75

    /// Ends the process after `duration` unless it has ended before; nothing can cancel this.
    ///
    /// It writes `message` to standard error first.
    package static func set(after duration: Duration, message: String) {
        let jobs = JobThreads()
        jobs.start(name: "deadline", threads: 1)
        jobs.append {
            let (seconds, attoseconds) = duration.components
            var wanted = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
            var left = timespec()
            while unsafe nanosleep(&wanted, &left) != 0, errno == EINTR { wanted = left }
            try? StandardStream.error.write(message + "\n")
            _exit(code)
        }
    }
}
