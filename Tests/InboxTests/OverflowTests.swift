import Foundation
import Inbox
import Platform
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// The kernel keeps a number of events and drops the rest.
///
/// The tests make more than that between two reads.
///
/// libinotifytools can be initialised once in a process, so each test has a process of its own.
@Suite("Events that the kernel loses", .timeLimit(.minutes(10)))
struct OverflowTests {
    /// Brings about more events in a folder than the kernel keeps, on two ignored files in turn, since it merges equal ones.
    private static func flood(_ folder: FilePath) throws {
        // In one go: the kernel gives a number of several reads its first digit alone.
        let limit = try OwnedDescriptor.open("/proc/sys/fs/inotify/max_queued_events", O_RDONLY).read(atMost: 256)
        let kept = try #require(Int(String(decoding: limit.filter { $0 > 0x20 }, as: UTF8.self)))
        let files = try [".one", ".other"].map { name in
            try FileDescriptor.open(
                folder.appending(name), .writeOnly, options: .create, permissions: .ownerReadWrite)
        }
        defer { for file in files { try? file.close() } }
        for number in 0...kept {
            guard fchmod(files[number % 2].rawValue, 0o600) == 0 else { throw Errno(rawValue: errno) }
        }
    }

    @Test("the watch says that events were lost, after those that were kept and before those that come later")
    func watch() async {
        await #expect(processExitsWith: .success) {
            let scratch = try ScratchDirectory()
            let watch = try InotifyWatch()
            try watch.add(OpenDirectory(scratch.path), as: "folder")
            try OverflowTests.flood(scratch.path)
            try AtomicFile.replaceVolatile([1], at: scratch.path.appending("lost"))
            var kinds: [InotifyWatch.Event.Kind] = []
            var names: Set<String> = []
            while watch.drain({ event in
                kinds.append(event.kind)
                names.insert(event.name?.string ?? "")
            }) {}
            #expect(kinds.last == .overflow)
            #expect(kinds.count { $0 == .overflow } == 1)
            #expect(kinds.count > 1)
            #expect(names == [".one", ".other", ""])
            // It goes on after that.
            try AtomicFile.replaceVolatile([1], at: scratch.path.appending("seen"))
            names = []
            while watch.drain({ names.insert($0.name?.string ?? "") }) {}
            #expect(names.contains("seen"))
        }
    }

    @Test("the inbox is looked through again, so that a file whose event was lost is taken")
    func inbox() async {
        await #expect(processExitsWith: .success) { try await OverflowTests.findLostFile() }
    }

    private static func findLostFile() async throws {
        let scratch = try ScratchDirectory()
        let folder = scratch.path.appending("inbox")
        try Directory.create(folder)
        let log = RecordedLog()
        let watch: InotifyWatch? = try InotifyWatch()
        // Nothing but events, or their loss, makes it look within an hour.
        let inbox = try Inbox(
            directory: RenewableDirectory(folder),
            options: InboxOptions(settle: .zero, rescan: .seconds(3600), poll: .seconds(3600)), watch: watch,
            logger: log.logger)
        // Holds the inbox's thread while it looks at the first file.
        let (isHeld, goesOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        let hasHeld = Mutex(false)
        let plan = FaultPlan(below: folder.appending("first.txt")) { _, _, _ in
            let isFirst = hasHeld.withLock { hasHeld in
                defer { hasHeld = true }
                return !hasHeld
            }
            if isFirst {
                isHeld.signal()
                goesOn.wait()
            }
            return .none
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await inbox.run() }
            defer { inbox.stop() }
            #expect(await inbox.next(atMost: 1, orIdle: true) == .idle)
            plan.arm()
            defer { plan.disarm() }
            // Not by Platform's calls, which the plan would hold as well.
            try Data([1]).write(to: URL(filePath: folder.appending("first.txt").string))
            wait(for: isHeld)
            defer { goesOn.signal() }
            try flood(folder)
            try AtomicFile.replaceVolatile([1], at: folder.appending("lost.txt"))
            #expect(inbox.report.overflows == 0)
            goesOn.signal()
            var found: Set<FilePath> = []
            while found.count < 2, case .files(let files) = await inbox.next(atMost: 10) {
                found.formUnion(files.map(\.path))
                inbox.answer(files.map { .taken($0.path) })
            }
            #expect(found == ["first.txt", "lost.txt"])
            #expect(inbox.report.overflows == 1)
            #expect(log.lines.count { $0.hasPrefix("warning: the kernel lost events") } == 1)
        }
    }

    // What blocks is a plain function.
    private static func wait(for semaphore: DispatchSemaphore) { semaphore.wait() }
}
