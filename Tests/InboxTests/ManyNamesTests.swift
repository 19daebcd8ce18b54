import Inbox
import Platform
import SystemPackage
import TestSupport
import Testing

/// The table limits memory, but not which files are eventually taken.
@Suite struct ManyNamesTests {
    let file: FileStatus
    /// A thousandth of the daemon's capacity, so few names are already many.
    static let capacity = 16

    init() throws {
        let scratch = try ScratchDirectory()
        try AtomicFile.replaceVolatile([1, 2, 3], at: scratch.path.appending("file"))
        file = try FileStatus.of(scratch.path.appending("file"))
    }

    /// The contents of the inbox.
    struct Drop: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var folders = 0
        var filesEach = 0
        var files = 0
        var blocked = 0
    }

    static let drops = [
        Drop(testDescription: "folders of one file", folders: 200, filesEach: 1),
        Drop(testDescription: "empty folders and a file", folders: 200, files: 1),
        Drop(testDescription: "blocked files and a good one", files: 1, blocked: 50),
        Drop(testDescription: "blocked files, more than are told apart, and a good one", files: 1, blocked: 300),
        Drop(testDescription: "many files in one folder", files: 500),
        Drop(testDescription: "all of it", folders: 50, filesEach: 3, files: 100, blocked: 60),
    ]

    private func fill(_ inbox: SimulatedInbox, _ drop: Drop) -> Set<FilePath> {
        var good: Set<FilePath> = []
        for folder in 0..<drop.folders {
            inbox.add(FilePath("d\(folder)"), isFolder: true)
            for number in 0..<drop.filesEach { good.insert(FilePath("d\(folder)/\(number)")) }
        }
        for number in 0..<drop.files { good.insert(FilePath("f\(number)")) }
        for path in good { inbox.add(path) }
        for number in 0..<drop.blocked { inbox.add(FilePath("b\(number)")) }
        inbox.isBlocked = { $0.string.hasPrefix("b") }
        return good
    }

    @Test(.timeLimit(.minutes(10)), arguments: drops)
    func everyFileIsTaken(drop: Drop) {
        let inbox = SimulatedInbox(capacity: Self.capacity, file: file)
        let good = fill(inbox, drop)
        inbox.send(.rescan)
        inbox.drain()
        #expect(inbox.taken == good)
        #expect(inbox.machine.counts.isIdle)
        #expect(inbox.machine.isScanned)
        #expect(inbox.machine.counts.blocked == drop.blocked)
        #expect(inbox.mostHeld <= Self.capacity)
        let names = drop.folders * (1 + drop.filesEach) + drop.files + drop.blocked
        #expect(inbox.looks <= names + drop.folders + 1, "each name is looked at once")
    }

    @Test(.timeLimit(.minutes(10)), arguments: drops)
    func everyFileThatTheKernelNamesIsTaken(drop: Drop) {
        let inbox = SimulatedInbox(capacity: Self.capacity, file: file)
        inbox.send(.rescan)
        inbox.drain()
        let good = fill(inbox, drop)
        // Nothing is taken while they arrive.
        for folder in 0..<drop.folders { inbox.send(.hint(FilePath("d\(folder)"), .directory)) }
        for path in good { inbox.send(.hint(path, .movedIn)) }
        for number in 0..<drop.blocked { inbox.send(.hint(FilePath("b\(number)"), .movedIn)) }
        inbox.drain()
        #expect(inbox.taken == good)
        #expect(inbox.machine.counts.isIdle)
        #expect(inbox.machine.counts.blocked == drop.blocked)
        #expect(inbox.mostHeld <= Self.capacity)
    }

    @Test func aNewFileDoesNotWaitBehindABacklog() {
        let inbox = SimulatedInbox(capacity: Self.capacity, file: file)
        for number in 0..<100 { inbox.add(FilePath("f\(number)")) }
        inbox.send(.rescan)
        while inbox.machine.canStep { inbox.send(.step) }
        inbox.add("new")
        let before = inbox.machine.counts.offered
        inbox.send(.hint("new", .movedIn))
        #expect(inbox.machine.counts.offered == before + 1)
        inbox.drain()
        #expect(inbox.taken.count == 101)
    }

    @Test func filesThatAreWrittenWithoutEndHoldNoPlaces() {
        let inbox = SimulatedInbox(capacity: Self.capacity, file: file)
        inbox.send(.rescan)
        inbox.drain()
        let written = (0..<3 * Self.capacity).map { FilePath("w\($0)") }
        for path in written { inbox.add(path) }
        inbox.add("good")
        inbox.isBlocked = { $0 != "good" }
        for _ in 0..<4 {
            for path in written { inbox.send(.hint(path, .touched)) }
            inbox.drain()
        }
        #expect(inbox.taken == ["good"])
    }

    @Test(arguments: [256, Self.capacity]) func tellsOfBlockedFilesOnceAndInFewLines(capacity: Int) {
        let inbox = SimulatedInbox(capacity: capacity, file: file)
        _ = fill(inbox, Drop(testDescription: "", files: 1, blocked: 200))
        for _ in 0..<3 {
            inbox.send(.rescan)
            inbox.drain()
        }
        let lines = inbox.complaints.filter { if case .one(.blocked, _, _) = $0 { true } else { false } }
        #expect(lines.count == 20)
        #expect(inbox.complaints.last == .more(.blocked, 180))
        #expect(inbox.complaints.count == 21)
        #expect(inbox.blocked.count == 100)
        // The first hundred by name, not by number.
        #expect(inbox.blocked["b0"] == "no b0")
        #expect(inbox.blocked["b187"] == "no b187")
        #expect(inbox.blocked["b9"] == nil)
        #expect(inbox.machine.counts.blocked == 200)
    }

    @Test func forgetsBlockedFilesThatCanBeTakenOrAreGone() {
        let inbox = SimulatedInbox(capacity: Self.capacity, file: file)
        _ = fill(inbox, Drop(testDescription: "", blocked: 10))
        inbox.send(.rescan)
        inbox.drain()
        inbox.isBlocked = { $0 == "b3" }
        inbox.send(.rescan)
        inbox.drain()
        #expect(inbox.taken.count == 9)
        #expect(inbox.blocked == ["b3": "no b3"])
        #expect(inbox.machine.counts.blocked == 1)
    }

    @Test func countsAFolderThatCannotBeReadUntilItCan() {
        let inbox = SimulatedInbox(capacity: Self.capacity, file: file)
        inbox.send(.unreadable("sub", "no"))
        inbox.send(.unreadable("sub", "no"))
        #expect(inbox.complaints == [.one(.blocked, "sub", "no")])
        #expect(inbox.machine.counts.blocked == 1)
        inbox.send(.listed("sub"))
        #expect(inbox.machine.counts.blocked == 0)
    }

    @Test("a folder that blocks many files is reported once, and every file is listed")
    func tellsOfABlockingFolderOnce() {
        let inbox = SimulatedInbox(capacity: 256, file: file)
        _ = fill(inbox, Drop(testDescription: "", blocked: 150))
        inbox.reason = { _ in "the folder is closed" }
        for _ in 0..<3 {
            inbox.send(.rescan)
            inbox.drain()
        }
        #expect(inbox.complaints.count == 2)
        #expect(inbox.complaints.last == .more(.blocked, 149))
        #expect(inbox.blocked.count == 100)
    }

    @Test("more empty files than there is room for hold no places, and do not keep others out")
    func emptyFilesHoldNoPlaces() throws {
        let scratch = try ScratchDirectory()
        try AtomicFile.replaceVolatile([], at: scratch.path.appending("empty"))
        let inbox = SimulatedInbox(capacity: Self.capacity, file: file)
        let empty = try FileStatus.of(scratch.path.appending("empty"))
        inbox.status = { $0.string.hasPrefix("e") ? empty : nil }
        inbox.seconds = empty.changed / 1_000_000_000 + 2
        for number in 0..<100 { inbox.add(FilePath("e\(number)")) }
        for number in 0..<100 { inbox.add(FilePath("f\(number)")) }
        inbox.send(.rescan)
        inbox.drain()
        #expect(inbox.taken.count == 100)
        #expect(inbox.machine.counts.empty + inbox.machine.counts.settling == 100)
        #expect(inbox.machine.counts.isIdle)
        #expect(inbox.machine.names.count { $0.state == .empty } == 100)
        #expect(inbox.mostHeld <= Self.capacity)
        // A minute later all of them are handed over, and refused there.
        inbox.seconds += 61
        inbox.send(.timer)
        // Names beyond those that are told apart are counted until the second scan.
        for _ in 0..<2 {
            inbox.send(.rescan)
            inbox.drain()
        }
        #expect(inbox.taken.count == 200)
        #expect(inbox.machine.counts.empty == 0)
        #expect(inbox.machine.names == [])
    }
}
