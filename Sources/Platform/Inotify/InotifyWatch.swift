import CInotifyTools
import Glibc
import Synchronization
package import SystemPackage

/// The one owner of libinotifytools, which keeps all its state in global variables and is not safe for two threads.
///
/// Make it before the process has many descriptors, because the library calls `select(2)`. It can be handed to another
/// thread as a whole, but only one thread may use it at a time.
///
/// It works around these limits of the library. Its descriptor is found in `/proc/self/fd`. Open directories are
/// watched through `/proc/self/fd`, because the library takes only paths. Events are drained with `next_events(0, 1)`,
/// because a larger count spins and a negative timeout waits forever. No pattern is set, because patterns swallow the
/// overflow event. The library is initialised only once, because stale events survive a second time.
package struct InotifyWatch: ~Copyable, Sendable {
    /// One event.
    package struct Event: Sendable, Equatable {
        package enum Kind: Sendable, Equatable {
            /// Events were lost; scan everything again.
            case overflow
            /// Something was moved into the directory as a whole.
            case movedIn
            /// Something was created, closed after writing, linked, or its permissions changed.
            case touched
            /// The watch ended: the directory was removed, moved away or unmounted.
            case watchLost
        }

        package let kind: Kind
        /// The name that `add` was given for the directory; nil for overflow.
        package let directory: FilePath?
        /// The name in it that the event is about.
        package let name: FilePath.Component?
        package let isDirectory: Bool
    }

    private static let place: FilePath = "inotify"
    private static let isTaken = Atomic(false)
    private let number: CInt
    /// The names of the watched directories by their numbers.
    private let names = Mutex<[CInt: FilePath]>([:])

    /// Initialises the library.
    ///
    /// - Throws: `PlatformError`: `.busy` when this process has already done so, `.system` when the kernel refuses
    ///   (`tooManyOpenFiles`: the limit `fs.inotify.max_user_instances`).
    package init() throws(PlatformError) {
        guard !Self.isTaken.exchange(true, ordering: .acquiringAndReleasing) else {
            throw PlatformError(.busy, "initialise libinotifytools", detail: "it was initialised before")
        }
        let before = Self.inotifyDescriptors()
        let started = SystemCall.watch.perform(on: Self.place) { () -> CInt in
            guard inotifytools_initialize() == 0 else { return 0 }
            errno = inotifytools_error()
            return -1
        }
        guard started == 0 else { throw .system("start inotify") }
        guard let number = Self.inotifyDescriptors().subtracting(before).first, number < FD_SETSIZE else {
            throw PlatformError(.system, "find the descriptor of inotify", detail: "see /proc/self/fd")
        }
        _ = SystemCall.attributes.perform(on: Self.place) { fcntl(number, F_SETFD, FD_CLOEXEC) }
        self.number = number
    }

    /// Watches one open directory, not the directories below it.
    ///
    /// It watches the descriptor, because the path could lead elsewhere by now and report events of another directory.
    /// Watching it again gives it another name.
    ///
    /// - Parameters:
    ///   - directory: the directory to watch.
    ///   - name: its name in events.
    /// - Throws: `PlatformError` of code `.system`; cause `.noSpace` means the limit `fs.inotify.max_user_watches`.
    package func add(_ directory: OpenDirectory, as name: FilePath) throws(PlatformError) {
        let mask = UInt32(
            IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_TO | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR
                | IN_EXCL_UNLINK)
        let watched = SystemCall.watch.perform(on: directory.path) {
            // The library uses the path as the name, and these paths are reused for other directories.
            unsafe inotify_add_watch(number, "/proc/self/fd/\(directory.descriptor.number)", mask)
        }
        guard watched >= 0 else { throw .system("watch", path: directory.path) }
        names.withLock { $0[watched] = name }
    }

    /// Waits for an event, a ring of `signal`, or the end of `timeout`.
    package func wait(or signal: EventSignal, timeout: Duration) {
        var waiting = (
            pollfd(fd: number, events: Int16(POLLIN), revents: 0),
            pollfd(fd: signal.descriptor.number, events: Int16(POLLIN), revents: 0)
        )
        _ = unsafe withUnsafeMutablePointer(to: &waiting) { pair in
            unsafe pair.withMemoryRebound(to: pollfd.self, capacity: 2) {
                let pair = unsafe $0
                return SystemCall.wait.perform(on: Self.place) { unsafe poll(pair, 2, timeout.pollMilliseconds) }
            }
        }
        signal.reset()
    }

    /// Calls `body` with the events that are present; never waits.
    ///
    /// - Parameters:
    ///   - limit: the largest number of events, because they can arrive faster than they are read.
    ///   - body: receives each event.
    /// - Returns: whether there may be more. `wait` does not notice events that the library has already read, so call
    ///   this again without waiting.
    package func drain(atMost limit: Int = 4096, _ body: (Event) -> Void) -> Bool {
        for _ in 0..<limit {
            guard let raw = unsafe inotifytools_next_events(0, 1) else { return false }
            if let event = unsafe event(raw) { body(event) }
        }
        return true
    }

    private func event(_ raw: UnsafeMutablePointer<inotify_event>) -> Event? {
        let mask = unsafe raw.pointee.mask
        guard mask & UInt32(IN_Q_OVERFLOW) == 0 else {
            return Event(kind: .overflow, directory: nil, name: nil, isDirectory: false)
        }
        // The end of a watch is its last event, and the kernel does not reuse its number.
        let number = unsafe raw.pointee.wd
        let known = names.withLock { mask & UInt32(IN_IGNORED) != 0 ? $0.removeValue(forKey: number) : $0[number] }
        guard let directory = known else { return nil }
        let gone = UInt32(IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)
        guard mask & gone == 0 else {
            return Event(kind: .watchLost, directory: directory, name: nil, isDirectory: true)
        }
        var name: FilePath.Component?
        if unsafe raw.pointee.len > 0 {
            // The name follows the structure, padded with zeros to `len`.
            let text = unsafe UnsafeRawPointer(raw).advanced(by: MemoryLayout<inotify_event>.size)
            name = unsafe FilePath.Component(platformString: text.assumingMemoryBound(to: CChar.self))
        }
        return Event(
            kind: mask & UInt32(IN_MOVED_TO) != 0 ? .movedIn : .touched, directory: directory, name: name,
            isDirectory: mask & UInt32(IN_ISDIR) != 0)
    }

    private static func inotifyDescriptors() -> Set<CInt> {
        var found: Set<CInt> = []
        // Without /proc the set stays empty, and the caller reports that the descriptor was not found.
        try? Directory.forEachEntry(of: "/proc/self/fd") { entry in
            guard let number = CInt(entry.name.string) else { return }
            if CurrentDescriptors.target(of: number) == "anon_inode:inotify" { found.insert(number) }
        }
        return found
    }
}

/// The open descriptors of this process as `/proc` shows them.
private enum CurrentDescriptors {
    static func target(of number: CInt) -> String? {
        let link = FilePath("/proc/self/fd/\(number)")
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 256) { buffer, initialized in
            guard let start = buffer.baseAddress else { return }
            let count = unsafe link.withPlatformString { name in
                SystemCall.status.perform(on: link) { unsafe readlink(name, start, 256) }
            }
            initialized = max(count, 0)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
