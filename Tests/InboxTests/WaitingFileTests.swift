import Inbox
import Platform
import SystemPackage
import TestSupport
import Testing

/// Files that hold nothing yet, and names that are no files.
@Suite struct WaitingFileTests {
    typealias Bench = InboxStateMachineTests.Bench

    let scratch: ScratchDirectory
    let path = FilePath("a.txt")
    let empty: FileStatus
    let full: FileStatus

    init() throws {
        scratch = try ScratchDirectory()
        try AtomicFile.replaceVolatile([], at: scratch.path.appending("empty"))
        try AtomicFile.replaceVolatile([0, 0, 0], at: scratch.path.appending("full"))
        empty = try FileStatus.of(scratch.path.appending("empty"))
        full = try FileStatus.of(scratch.path.appending("full"))
    }

    /// A bench whose wall clock is `age` seconds after the last change of the files.
    func bench(age: Double, trustsChangeTime: Bool = true) -> Bench {
        var bench = Bench(trustsChangeTime: trustsChangeTime)
        bench.seconds = Double(max(empty.changed, full.changed)) / 1e9 + age
        return bench
    }

    private func offers(_ actions: [InboxStateMachine.Action]) -> [ReadyFile] {
        actions.compactMap { if case .offer(let file) = $0 { file } else { nil } }
    }

    @Test("an empty file waits for a minute, however it comes", arguments: [InboxStateMachine.Hint.movedIn, .touched])
    func emptyWaits(hint: InboxStateMachine.Hint) throws {
        var bench = bench(age: 0)
        _ = bench.send(.hint(path, hint))
        #expect(bench.send(.observed(path, empty), after: hint == .touched ? 1.1 : 0) == [])
        #expect(bench.machine.counts.empty == 1)
        #expect(bench.machine.counts.isIdle, "nobody knows whether it will be filled")
        let name = try #require(bench.machine.names.first)
        #expect(name.path == "a.txt" && name.state == .empty && name.reason.hasPrefix("empty, waiting"))
        #expect(bench.send(.timer, after: 30) == [])
        #expect(bench.send(.timer, after: 35) == [.inspect(path)])
        let offered = offers(bench.send(.observed(path, empty)))
        #expect(offered == [ReadyFile(path: path, status: empty, isRested: true)])
        #expect(bench.send(.taken(path)) == [])
        #expect(bench.machine.names == [])
        #expect(bench.machine.counts.empty + bench.machine.counts.offered + bench.machine.counts.settling == 0)
    }

    @Test func emptyThatIsFilledIsTakenWhenItSettles() {
        var bench = bench(age: 0)
        _ = bench.send(.hint(path, .movedIn))
        _ = bench.send(.observed(path, empty))
        #expect(bench.send(.hint(path, .touched), after: 40) == [])
        #expect(bench.machine.counts.empty == 0)
        #expect(bench.machine.counts.settling == 1)
        #expect(bench.machine.names == [])
        #expect(bench.send(.timer, after: 1.1) == [.inspect(path)])
        #expect(offers(bench.send(.observed(path, full))).map(\.status) == [full])
    }

    @Test("without events a scan finds out that it was filled")
    func scanFindsOut() {
        var bench = bench(age: 0, trustsChangeTime: false)
        _ = bench.send(.hint(path, .movedIn))
        _ = bench.send(.observed(path, empty))
        #expect(bench.send(.met(.everything, path, .regular), after: 2) == [.inspect(path)])
        #expect(bench.send(.observed(path, full)) == [])
        #expect(bench.machine.counts.settling == 1)
        #expect(bench.send(.timer, after: 1.1) == [.inspect(path)])
        #expect(offers(bench.send(.observed(path, full))).map(\.isRested) == [false])
    }

    @Test("a scan does not restart the minute, where clocks are foreign either", arguments: [true, false])
    func scansDoNotRestartTheMinute(trustsChangeTime: Bool) {
        var bench = bench(age: 0, trustsChangeTime: trustsChangeTime)
        _ = bench.send(.hint(path, .movedIn))
        _ = bench.send(.observed(path, empty))
        for _ in 0..<5 {
            #expect(bench.send(.met(.everything, path, .regular), after: 10) == [.inspect(path)])
            #expect(bench.send(.observed(path, empty)) == [])
        }
        #expect(bench.send(.timer, after: 11) == [.inspect(path)])
        #expect(offers(bench.send(.observed(path, empty))).map(\.isRested) == [true])
    }

    @Test("a file of zero bytes waits for its contents, and is handed over after a minute")
    func zeroBytes() {
        var bench = bench(age: 0)
        _ = bench.send(.hint(path, .movedIn))
        #expect(offers(bench.send(.observed(path, full))).map(\.isRested) == [false])
        #expect(bench.send(.unfilled(path)) == [.inspect(path)])
        #expect(bench.send(.observed(path, full)) == [])
        #expect(bench.machine.counts.empty == 1)
        #expect(bench.send(.met(.everything, path, .regular), after: 30) == [.inspect(path)])
        #expect(bench.send(.observed(path, full)) == [])
        #expect(bench.send(.timer, after: 31) == [.inspect(path)])
        #expect(offers(bench.send(.observed(path, full))).map(\.isRested) == [true])
    }

    @Test func zeroBytesThatChangeSettleLikeAnyFile() {
        var bench = bench(age: 0)
        _ = bench.send(.hint(path, .movedIn))
        _ = bench.send(.observed(path, full))
        _ = bench.send(.unfilled(path))
        _ = bench.send(.observed(path, full))
        #expect(bench.send(.hint(path, .touched), after: 5) == [])
        #expect(bench.machine.counts.settling == 1)
        #expect(bench.send(.unfilled(path)) == [], "it is no longer offered")
    }

    @Test func anOldEmptyFileIsHandedOverAtOnce() {
        var bench = bench(age: 61)
        #expect(bench.send(.met(.everything, path, .regular)) == [.inspect(path)])
        #expect(offers(bench.send(.observed(path, empty))).map(\.isRested) == [true])
    }

    @Test("a link is left where it is, told of once, and forgotten when it is gone")
    func linkIsLeft() throws {
        try SpecialFiles.makeLink(to: "../notes", at: scratch.path.appending("link"))
        let link = try FileStatus.of(scratch.path.appending("link"))
        var bench = bench(age: 0)
        _ = bench.send(.hint("vault", .movedIn))
        let actions = bench.send(.observed("vault", link))
        guard case .complain(.one(.left, "vault", let reason)) = actions.first, actions.count == 1 else {
            Issue.record("\(actions)")
            return
        }
        #expect(reason.hasPrefix("left alone: a link"))
        #expect(reason.contains("file or folder"))
        #expect(bench.machine.counts.left == 1)
        #expect(bench.machine.counts.isIdle)
        for _ in 0..<3 {
            _ = bench.send(.rescan)
            _ = bench.send(.step)
            #expect(bench.send(.met(.everything, "vault", .symbolicLink)) == [.inspect("vault")])
            #expect(bench.send(.observed("vault", link)) == [])
            #expect(bench.send(.ended(.everything)) == [])
        }
        #expect(bench.machine.names.map(\.state) == [.left])
        _ = bench.send(.rescan)
        _ = bench.send(.step)
        _ = bench.send(.ended(.everything))
        #expect(bench.machine.names == [])
        #expect(bench.machine.counts.left == 0)
    }

    @Test("a file that replaces a link is taken")
    func fileInsteadOfALink() throws {
        try SpecialFiles.makePipe(at: scratch.path.appending("pipe"))
        let pipe = try FileStatus.of(scratch.path.appending("pipe"))
        var bench = bench(age: 0)
        _ = bench.send(.hint(path, .touched))
        _ = bench.send(.observed(path, pipe), after: 1.1)
        #expect(bench.machine.names.map(\.reason).first?.contains("named pipe") == true)
        _ = bench.send(.hint(path, .movedIn))
        #expect(offers(bench.send(.observed(path, full))).count == 1)
        #expect(bench.machine.counts.left == 0)
    }

    @Test("what is held open and what is ignored is listed with its reason, since it was first found so")
    func listsReasons() throws {
        var bench = bench(age: 0)
        let start = bench.now.wall
        _ = bench.send(.hint("notes.txt~", .movedIn))
        _ = bench.send(.hint(".hidden", .movedIn))
        _ = bench.send(.hint(path, .movedIn))
        for _ in 0..<3 {
            _ = bench.send(.observed(path, full))
            _ = bench.send(.busy(path))
            _ = bench.send(.timer, after: 1.5)
        }
        let names = Dictionary(uniqueKeysWithValues: bench.machine.names.map { ($0.path, $0) })
        #expect(names["a.txt"]?.state == .beingWritten)
        #expect(names["a.txt"]?.since == start)
        #expect(names["notes.txt~"]?.pattern == "*~")
        #expect(names["notes.txt~"]?.list == "built in")
        #expect(names[".hidden"]?.pattern == ".*")
        #expect(names[".hidden"]?.list == "spool.ignore")
        #expect(names[".hidden"]?.since == start)
        _ = bench.send(.observed(path, nil))
        #expect(bench.machine.names.map(\.state) == [.ignored, .ignored])
    }

    @Test("the lists are bounded, and the numbers are not")
    func listsAreBounded() {
        var bench = bench(age: 0)
        for number in 0..<500 { _ = bench.send(.hint(FilePath("\(1000 + number).part"), .movedIn)) }
        #expect(bench.machine.counts.ignored == 500)
        #expect(bench.machine.names.count == 100)
        #expect(bench.machine.names.map(\.path) == (1000..<1100).map { "\($0).part" })
    }
}
