import CPlatform
import Glibc
package import SystemPackage

/// What this process knows of itself.
package enum CurrentProcess {
    /// The file that is being executed, through all symbolic links; nil where `/proc` is not mounted.
    package static var executable: FilePath? {
        let target = unsafe [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, initialized in
            guard let start = buffer.baseAddress else { return }
            initialized = max(unsafe readlink("/proc/self/exe", start, buffer.count), 0)
        }
        guard !target.isEmpty else { return nil }
        return unsafe (target + [0]).withUnsafeBufferPointer { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe characters.baseAddress.map { unsafe FilePath(platformString: $0) }
            }
        }
    }

    /// The path by which it was started, links in it unresolved; nil where the kernel does not say.
    package static var executionPath: FilePath? {
        guard let path = unsafe vectorspool_execution_path() else { return nil }
        return unsafe FilePath(platformString: path)
    }

    /// The user whose rights this process has.
    package static var user: UInt32 { geteuid() }

    /// The value of an environment variable; nil when it is not set or empty.
    package static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
        return unsafe String(cString: value)
    }

    /// Gives memory that was freed back to the system at once; malloc alone keeps most of it for the next who asks.
    package static func returnFreedMemory() { vectorspool_memory_return() }

    /// Makes writes fail with `EPIPE` or `EFBIG` instead of killing the process: to a pipe whose reader has gone, and beyond the
    /// limit of file sizes (`ulimit -f`).
    ///
    /// A long run must not die, its file half written, because the reader of its progress has gone.
    package static func surviveFailingWrites() {
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    /// How many descriptors the process may hold, after raising the limit as far as it may be raised.
    ///
    /// - Returns: nil where the kernel does not say.
    package static func raiseDescriptorLimit() -> Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        if limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = limit.rlim_max
            _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return Int(clamping: limit.rlim_cur)
    }

    /// Seconds of a clock that nothing sets back; only differences mean anything.
    package static var monotonicSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// The environment that this process was started with.
package enum EnvironmentVariables {
    /// All variables whose names begin with `prefix`.
    package static func withPrefix(_ prefix: String) -> [String: String] {
        var found: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text).split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2, pair[0].hasPrefix(prefix) { found[String(pair[0])] = String(pair[1]) }
            unsafe entry += 1
        }
        return found
    }
}

/// What the kernel knows of other processes.
package enum ProcessTable {
    /// Whether a process of this number exists, ours to signal or not.
    package static func isAlive(_ number: Int32) -> Bool {
        number > 0 && (kill(number, 0) == 0 || errno == EPERM)
    }

    /// Our own number.
    package static var current: Int32 { getpid() }
}
