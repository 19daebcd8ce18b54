import CPlatform
import Glibc
package import SystemPackage

/// Facts about this process.
package enum CurrentProcess {
    /// The executed file, with all symbolic links resolved; nil where `/proc` is not mounted.
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

    /// The path that started the process, with its links unresolved; nil where the kernel does not say.
    package static var executionPath: FilePath? {
        guard let path = unsafe vectorspool_execution_path() else { return nil }
        return unsafe FilePath(platformString: path)
    }

    /// The words of its command line, its name first, as the kernel handed them over; they need not be UTF-8.
    package static var arguments: [[UInt8]] {
        (0..<Int(CommandLine.argc)).compactMap { place in
            unsafe CommandLine.unsafeArgv[place].map { word in
                unsafe Array(UnsafeRawBufferPointer(start: word, count: strlen(word)))
            }
        }
    }

    /// The current folder; the root where it cannot be told.
    package static var folder: FilePath {
        guard let name = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(name) }
        return unsafe FilePath(platformString: name)
    }

    /// The effective user of this process.
    package static var user: UInt32 { geteuid() }

    /// The name of the effective user; nil when the machine has no name for it.
    package static var userName: String? {
        // The result lies in a buffer of the library that the next call reuses; the commands that ask have one thread.
        guard let record = unsafe getpwuid(geteuid()), let name = unsafe record.pointee.pw_name else { return nil }
        return unsafe String(cString: name)
    }

    /// The name of a group; nil when the machine has none for it.
    package static func name(ofGroup group: UInt32) -> String? {
        // As above: one thread asks.
        guard let record = unsafe getgrgid(group), let name = unsafe record.pointee.gr_name else { return nil }
        return unsafe String(cString: name)
    }

    /// The effective group of this process and its supplementary groups.
    package static var groups: Set<UInt32> {
        let count = getgroups(0, nil)
        let others = unsafe [gid_t](unsafeUninitializedCapacity: Int(max(count, 0))) { buffer, initialized in
            initialized = Int(max(unsafe getgroups(count, buffer.baseAddress), 0))
        }
        return Set(others + [getegid()])
    }

    /// The value of an environment variable; nil when it is unset or empty.
    package static func environment(_ name: String) -> String? {
        guard let value = unsafe getenv(name), unsafe value.pointee != 0 else { return nil }
        return unsafe String(cString: value)
    }

    /// Returns freed memory to the system at once; malloc alone keeps most of it for reuse.
    package static func returnFreedMemory() { vectorspool_memory_return() }

    /// Keeps Dispatch from writing to the system log that it may not raise the priority of a thread.
    ///
    /// Under `Nice=` it tries so for each of its threads, and may not, which harms nothing. Call it first, while the process has
    /// one thread.
    package static func silenceDispatch() { unsafe setenv("LIBDISPATCH_LOG", "NO", 0) }

    /// Makes failing writes return `EPIPE` or `EFBIG` instead of killing the process.
    ///
    /// This concerns writes to a pipe without a reader and writes beyond the file size limit (`ulimit -f`). A long run
    /// must not die with its file half written because the reader of its progress has gone.
    package static func surviveFailingWrites() {
        _ = signal(SIGPIPE, SIG_IGN)
        _ = signal(SIGXFSZ, SIG_IGN)
    }

    /// Raises the descriptor limit as far as allowed and returns it; nil where the kernel does not say.
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

    /// Seconds of a monotonic clock; only differences are meaningful.
    package static var monotonicSeconds: Double {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

/// The environment of this process.
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

extension CurrentProcess {
    /// Lets root go on as the owner of a directory, so that the files that it makes there are his; does nothing for others.
    ///
    /// Files of root would shut out the service that works on the directory.
    package static func actAsOwner(of directory: FilePath) {
        guard geteuid() == 0, let status = try? OpenDirectory(directory).status(), status.owner != 0 else { return }
        // The group first: without root's rights it could not be changed any more.
        guard setegid(status.group) == 0 else { return }
        _ = seteuid(status.owner)
    }
}
