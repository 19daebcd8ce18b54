import Glibc
import SystemPackage

/// Another program that reads from a pipe what this process writes, such as a pager.
///
/// While it runs, the keys that interrupt and quit concern it alone, as system(3) has it: a pager stops reading or searching
/// then, and the shell must not take the terminal back from it.
package struct PipedProcess: ~Copyable {
    private let number: pid_t
    private let pipe: OwnedDescriptor

    /// Starts a program, which has the other streams of this process.
    ///
    /// - Parameters:
    ///   - command: the name of the program, which is looked for in `PATH`, and its arguments.
    ///   - variables: what is set in its environment where it is not set in that of this process.
    /// - Throws: `PlatformError` of code `.system`, also where there is no such program.
    package init(_ command: [String], defaults variables: [String: String] = [:]) throws(PlatformError) {
        let path = FilePath(command.first ?? "")
        var ends: [CInt] = [-1, -1]
        guard unsafe Glibc.pipe(&ends) == 0 else { throw .system("make a pipe") }
        let reading = OwnedDescriptor(adopting: ends[0], path: path)
        let writing = OwnedDescriptor(adopting: ends[1], path: path)
        // A program that had the writing end itself would never read the end of it.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }

        let missing = variables.filter { name, _ in unsafe getenv(name) == nil }
        let added = unsafe missing.map { name, value in unsafe strdup("\(name)=\(value)") }
        let words = unsafe command.map { unsafe strdup($0) }
        defer { unsafe (added + words).forEach { unsafe free($0) } }

        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, reading.number, STDIN_FILENO)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // What this process ignores, see `CurrentProcess.surviveFailingWrites`, a program would ignore too.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGQUIT, SIGPIPE, SIGXFSZ] { unsafe sigaddset(&signals, signal) }
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))

        var number: pid_t = 0
        let error = unsafe posix_spawnp(
            &number, command.first ?? "", &actions, &attributes, words + [nil], Self.environment + added + [nil])
        guard error == 0 else {
            throw PlatformError(.system, "start the program", path: path, cause: Errno(rawValue: error))
        }
        self.number = number
        pipe = writing
        Self.keysEnd(SIG_IGN)
    }

    /// Hands `bytes` to the program.
    ///
    /// - Throws: `PlatformError`; cause `.brokenPipe` when the program reads no more.
    package borrowing func write(_ bytes: borrowing RawSpan) throws(PlatformError) { try pipe.write(bytes) }

    /// Tells the program that nothing more comes, and waits until it has ended.
    package consuming func finish() {
        let number = number
        try? pipe.close()
        var status: CInt = 0
        while unsafe waitpid(number, &status, 0) < 0, errno == EINTR {}
        Self.keysEnd(SIG_DFL)
    }

    /// What the keys for interrupting and quitting do to this process.
    private static func keysEnd(_ action: __sighandler_t?) {
        _ = signal(SIGINT, action)
        _ = signal(SIGQUIT, action)
    }

    /// The entries of the environment of this process.
    private static var environment: [UnsafeMutablePointer<CChar>?] {
        var entries = unsafe [UnsafeMutablePointer<CChar>?]()
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            unsafe entries.append(text)
            unsafe entry += 1
        }
        return unsafe entries
    }
}
