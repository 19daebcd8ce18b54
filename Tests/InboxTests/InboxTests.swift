import Foundation
import Inbox
import Logging
import Platform
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite struct InboxTests {
    let scratch: ScratchDirectory
    let outside: FilePath
    let directory: FilePath

    init() throws {
        scratch = try ScratchDirectory()
        directory = scratch.path.appending("inbox")
        outside = scratch.path.appending("outside")
        try Directory.create(directory)
        try Directory.create(outside)
    }

    func write(_ name: FilePath, _ text: String = "text", in folder: FilePath) throws {
        let path = folder.pushing(name)
        try Directory.create(path.removingLastComponent())
        try AtomicFile.replaceVolatile(Array(text.utf8), at: path)
    }

    /// Takes `count` files, answering that each was taken.
    func take(_ count: Int, from inbox: Inbox) async -> Set<FilePath> {
        var taken: Set<FilePath> = []
        while taken.count < count {
            guard case .files(let files) = await inbox.next(atMost: 10) else { break }
            taken.formUnion(files.map(\.path))
            inbox.answer(files.map { .taken($0.path) })
            for file in files { Directory.removeIfPresent(directory.pushing(file.path)) }
        }
        return taken
    }

    func with(_ inbox: Inbox, _ body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await inbox.run() }
            defer { inbox.stop() }
            try await body()
        }
    }

    // libinotifytools can be initialised once per process, and needs a descriptor below 1024, which other tests may all
    // hold.
    @Test(.timeLimit(.minutes(10))) func findsFilesHoweverTheyCome() async throws {
        await #expect(processExitsWith: .success) { try await InboxTests().findFilesByEvents() }
    }

    func findFilesByEvents() async throws {
        try write("before.txt", in: directory)
        let watch: InotifyWatch? = try InotifyWatch()
        let options = InboxOptions(settle: .milliseconds(50), rescan: .seconds(3600))
        let inbox = try Inbox(
            directory: RenewableDirectory(directory), options: options, watch: watch, logger: Logger(label: "test"))
        try await with(inbox) {
            #expect(await take(1, from: inbox) == ["before.txt"])
            #expect(inbox.report.mode == .inotify)

            try write("moved.txt", in: outside)
            try Directory.rename(outside.appending("moved.txt"), to: directory.appending("moved.txt"))
            #expect(await take(1, from: inbox) == ["moved.txt"])

            let slow = try OwnedDescriptor.open(directory.appending("written.txt"), OpenFlags.newFile)
            try slow.write(Array("one".utf8).rawSpan)
            try slow.write(Array("two".utf8).rawSpan)
            try slow.close()
            #expect(await take(1, from: inbox) == ["written.txt"])

            // A folder that arrives with its files, and one that is filled later.
            try write("tree/a/one.txt", in: outside)
            try write("tree/two.txt", in: outside)
            try Directory.rename(outside.appending("tree"), to: directory.appending("tree"))
            #expect(await take(2, from: inbox) == ["tree/a/one.txt", "tree/two.txt"])
            try write("tree/a/three.txt", in: directory)
            #expect(await take(1, from: inbox) == ["tree/a/three.txt"])

            // The kernel continues to watch a moved folder, which has another name from then on.
            try Directory.rename(directory.appending("tree"), to: directory.appending("other"))
            try write("other/a/four.txt", in: directory)
            #expect(await take(1, from: inbox) == ["other/a/four.txt"])
            try write("other/a/five.txt", in: directory)
            #expect(await take(1, from: inbox) == ["other/a/five.txt"])

            let name = try #require(FilePath.Component(bytes: [0xFF, 0x0A, 0x20]))
            try write("odd", in: outside)
            try Directory.rename(outside.appending("odd"), to: directory.appending(name))
            #expect(await take(1, from: inbox) == [FilePath(root: nil, [name])])
        }
        #expect(throws: PlatformError.self) { _ = try InotifyWatch() }
    }

    @Test(.timeLimit(.minutes(10))) func watchesNothingElsewhere() async throws {
        await #expect(processExitsWith: .success) { try await InboxTests().exchangeAFolderForALink() }
    }

    /// Replaces a folder by a link after it was opened, and before its subfolders are watched.
    func exchangeAFolderForALink() async throws {
        try write("x/sub/file.txt", in: directory)
        try write("sub/file.txt", in: outside)
        let (folder, away, target) = (directory.appending("x"), scratch.path.appending("away"), outside)
        let isExchanged = Mutex(false)
        let plan = FaultPlan(below: directory, of: [.list]) { _, _, place in
            guard place == folder else { return .none }
            isExchanged.withLock { isExchanged in
                guard !isExchanged else { return }
                isExchanged = true
                try? FileManager.default.moveItem(atPath: folder.string, toPath: away.string)
                try? SpecialFiles.makeLink(to: target.string, at: folder)
            }
            return .none
        }
        plan.arm()
        defer { plan.disarm() }
        let watch: InotifyWatch? = try InotifyWatch()
        let options = InboxOptions(settle: .zero, rescan: .seconds(3600))
        let inbox = try Inbox(
            directory: RenewableDirectory(directory), options: options, watch: watch, logger: Logger(label: "test"))
        try await with(inbox) {
            while case .files(let files) = await inbox.next(atMost: 10, orIdle: true) {
                inbox.answer(files.map { .taken($0.path) })
            }
            #expect(isExchanged.withLock { $0 })
            #expect(try FileStatus.of(folder).kind == .symbolicLink)
            let watched = try watchedInodes()
            #expect(try watched.contains(FileStatus.of(directory).inode))
            #expect(try !watched.contains(FileStatus.of(outside.appending("sub")).inode))
        }
    }

    /// The inodes that this process watches, according to the kernel.
    private func watchedInodes() throws -> Set<UInt64> {
        var found: Set<UInt64> = []
        for entry in try Directory.entries(of: "/proc/self/fd") {
            let link = "/proc/self/fd/\(entry.name.string)"
            let target = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
            guard target == "anon_inode:inotify" || target == "inotify" else { continue }
            let text = try FileContents.read(FilePath("/proc/self/fdinfo/\(entry.name.string)"))
            for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
                let inode = line.split(separator: " ").first { $0.hasPrefix("ino:") }
                if let inode, let number = UInt64(inode.dropFirst(4), radix: 16) { found.insert(number) }
            }
        }
        return found
    }

    @Test(.timeLimit(.minutes(10))) func pollsWithoutEvents() async throws {
        let options = InboxOptions(settle: .zero, rescan: .seconds(3600), poll: .milliseconds(20))
        let inbox = try Inbox(
            directory: RenewableDirectory(directory), options: options, watch: nil, pollingReason: "a test",
            logger: Logger(label: "test"))
        try await with(inbox) {
            #expect(await inbox.next(atMost: 1, orIdle: true) == .idle)
            try write("a.txt", in: directory)
            try write("sub/b.txt", in: directory)
            try write(".hidden", in: directory)
            #expect(await take(2, from: inbox) == ["a.txt", "sub/b.txt"])
            #expect(inbox.report.pollingReason == "a test")
        }
        #expect(await inbox.next(atMost: 1) == .stopped)
    }

    @Test(.timeLimit(.minutes(10))) func restoresAnInboxThatIsRemoved() async throws {
        let options = InboxOptions(settle: .zero, rescan: .milliseconds(20), poll: .milliseconds(20))
        let inbox = try Inbox(
            directory: RenewableDirectory(directory), options: options, watch: nil, logger: Logger(label: "test"))
        try await with(inbox) {
            #expect(await inbox.next(atMost: 1, orIdle: true) == .idle)
            try Directory.removeTree(directory)
            while !FileStatus.exists(directory) { await Task.yield() }
            try write("a.txt", in: directory)
            #expect(await take(1, from: inbox) == ["a.txt"])
        }
    }

    @Test(.timeLimit(.minutes(10))) func watchesLongBeforeABacklogIsDrained() async throws {
        for number in 0..<100 { try write(FilePath("d\(number % 7)/\(number)"), in: directory) }
        let options = InboxOptions(settle: .zero, rescan: .seconds(3600), poll: .seconds(3600))
        let inbox = try Inbox(
            directory: RenewableDirectory(directory), options: options, watch: nil, capacity: 8,
            logger: Logger(label: "test"))
        try await with(inbox) {
            while !inbox.report.isWatching { await Task.yield() }
            #expect(!inbox.report.isScanned)
            #expect(inbox.report.counts.leftBehind)
            #expect(inbox.report.counts.offered <= 8)
            #expect(await take(100, from: inbox).count == 100)
            #expect(await inbox.next(atMost: 1, orIdle: true) == .idle)
            #expect(inbox.report.isScanned)
            #expect(!inbox.report.counts.leftBehind)
        }
    }

    @Test(.timeLimit(.minutes(10))) func beatsAtEachTurn() async throws {
        // A turn takes as long as the rests, so it is seen however rarely somebody looks.
        for number in 0..<2000 { try write(FilePath("\(number).part"), in: directory) }
        let options = InboxOptions(settle: .zero, rescan: .milliseconds(5), poll: .milliseconds(5))
        let inbox = try Inbox(
            directory: RenewableDirectory(directory), options: options, watch: nil, logger: Logger(label: "test"))
        try await with(inbox) {
            for _ in 0..<3 {
                while inbox.heartbeat.age != nil { await Task.yield() }
                while inbox.heartbeat.age == nil { await Task.yield() }
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func doesNotFollowAFolderThatIsALink() async throws {
        try write("secret.txt", in: outside)
        try SpecialFiles.makeLink(to: outside.string, at: directory.appending("link"))
        let options = InboxOptions(settle: .zero, poll: .seconds(3600))
        let inbox = try Inbox(
            directory: RenewableDirectory(directory), options: options, watch: nil, logger: Logger(label: "test"))
        try await with(inbox) {
            #expect(await inbox.next(atMost: 10, orIdle: true) == .idle)
            #expect(inbox.report.names.map(\.path) == ["link"])
            #expect(inbox.report.names.map(\.state) == [.left])
        }
    }

    @Test(.timeLimit(.minutes(10))) func pollsFromTheFirstFolderThatIsNotWatched() async throws {
        await #expect(processExitsWith: .success) { try await InboxTests().reachTheLimitOfWatches() }
    }

    /// Lets the kernel refuse to watch a folder that is made later, and then watch it after all.
    func reachTheLimitOfWatches() async throws {
        let isFull = Mutex(true)
        let late = directory.appending("late")
        let plan = FaultPlan(below: directory, of: [.watch]) { _, _, place in
            place == late && isFull.withLock { $0 } ? .fail(.noSpace) : .none
        }
        plan.arm()
        defer { plan.disarm() }
        let watch: InotifyWatch? = try InotifyWatch()
        // A scan that was due only in an hour would show.
        let options = InboxOptions(settle: .zero, rescan: .seconds(3600), poll: .milliseconds(20))
        let inbox = try Inbox(
            directory: RenewableDirectory(directory), options: options, watch: watch, logger: Logger(label: "test"))
        try await with(inbox) {
            #expect(await inbox.next(atMost: 1, orIdle: true) == .idle)
            #expect(inbox.report.mode == .inotify)
            try Directory.create(late)
            while inbox.report.mode == .inotify { await Task.yield() }
            #expect(inbox.report.pollingReason?.contains("max_user_watches") == true)
            try write("a.txt", in: late)
            #expect(await take(1, from: inbox) == ["late/a.txt"])
            // Somebody raises the limit.
            isFull.withLock { $0 = false }
            while inbox.report.mode == .polling { await Task.yield() }
            #expect(inbox.report.pollingReason == nil)
            try write("b.txt", in: late)
            #expect(await take(1, from: inbox) == ["late/b.txt"])
        }
    }
}
