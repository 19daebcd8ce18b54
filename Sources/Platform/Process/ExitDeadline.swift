import Glibc

/// The end of the process at a given time, whatever its threads do: a thread may hang in a system call for ever.
package enum ExitDeadline {
    /// What the process ends with then: it was interrupted.
    package static let code: Int32 = 75

    /// Ends the process after `duration` unless it has ended before; nothing can call it off.
    ///
    /// - Parameter message: what is written to standard error then.
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
