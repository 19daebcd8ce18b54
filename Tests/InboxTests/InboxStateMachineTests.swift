import Inbox
import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct InboxStateMachineTests {
    /// A machine with a clock that the test advances.
    struct Bench {
        var machine: InboxStateMachine
        var seconds = 1000.0

        init(trustsChangeTime: Bool = true, capacity: Int = 100) {
            machine = InboxStateMachine(
                settle: .seconds(1), ignore: .standard, trustsChangeTime: trustsChangeTime, capacity: capacity)
        }

        var now: InboxTime {
            InboxTime(monotonic: .seconds(seconds), wall: RealTime(nanoseconds: Int64(seconds * 1e9)))
        }

        mutating func send(_ event: InboxStateMachine.Event, after pause: Double = 0) -> [InboxStateMachine.Action] {
            seconds += pause
            return machine.handle(event, at: now)
        }
    }

    /// The status of a real file, so the type needs no initialiser for tests.
    let scratch: ScratchDirectory
    let file: FileStatus
    let folder: FileStatus
    let path = FilePath("a.txt")

    init() throws {
        scratch = try ScratchDirectory()
        try AtomicFile.replaceVolatile([1, 2, 3], at: scratch.path.appending("file"))
        file = try FileStatus.of(scratch.path.appending("file"))
        folder = try FileStatus.of(scratch.path)
    }

    /// A bench whose wall clock is `age` seconds after the file's last change.
    func bench(age: Double, trustsChangeTime: Bool = true, capacity: Int = 100) -> Bench {
        var bench = Bench(trustsChangeTime: trustsChangeTime, capacity: capacity)
        bench.seconds = Double(file.changed) / 1e9 + age
        return bench
    }

    @Test func offersAtOnceWhatWasMovedIn() {
        var bench = bench(age: 0)
        #expect(bench.send(.hint(path, .movedIn)) == [.inspect(path)])
        #expect(bench.send(.observed(path, file)) == [.offer(ReadyFile(path: path, status: file))])
        #expect(bench.machine.counts.offered == 1)
        #expect(bench.send(.taken(path)) == [])
        #expect(bench.machine.counts.isIdle)
    }

    @Test("a file that is written endlessly counts as being written after a while")
    func restless() {
        var bench = bench(age: 0)
        for turn in 0..<40 {
            _ = bench.send(.hint(path, .touched), after: 0.5)
            let counts = bench.machine.counts
            #expect(counts.settling + counts.busy == 1)
            #expect(counts.isIdle == (turn > 20), "turn \(turn)")
        }
        // Once quiet, it is taken like any other.
        #expect(bench.send(.observed(path, file), after: 1.1).contains { if case .offer = $0 { true } else { false } })
    }

    @Test func waitsUntilAWrittenFileIsQuiet() {
        var bench = bench(age: 0)
        #expect(bench.send(.hint(path, .touched)) == [])
        #expect(!bench.machine.counts.isIdle)
        // Touched again just before its time, so the wait starts again.
        #expect(bench.send(.hint(path, .touched), after: 0.9) == [])
        #expect(bench.send(.timer, after: 0.5) == [])
        #expect(bench.send(.timer, after: 0.6) == [.inspect(path)])
        #expect(bench.send(.observed(path, file)) == [.offer(ReadyFile(path: path, status: file))])
    }

    @Test func takesWhatALongTimeHasLainThereAtOnce() {
        var bench = bench(age: 3600)
        #expect(bench.send(.rescan) == [])
        #expect(bench.send(.step) == [.watch(FilePath()), .open(.everything, FilePath())])
        #expect(bench.send(.listed(FilePath())) == [])
        #expect(bench.send(.step) == [.advance(.everything)])
        #expect(bench.send(.met(.everything, path, .regular)) == [.inspect(path)])
        #expect(bench.send(.observed(path, file)) == [.offer(ReadyFile(path: path, status: file, isRested: true))])
    }

    @Test func trustsOnlyTwoLooksWhereClocksAreForeign() {
        var bench = bench(age: 3600, trustsChangeTime: false)
        #expect(bench.send(.met(.everything, path, .regular)) == [.inspect(path)])
        #expect(bench.send(.observed(path, file)) == [])
        #expect(bench.send(.timer, after: 1.1) == [.inspect(path)])
        #expect(bench.send(.observed(path, file)) == [.offer(ReadyFile(path: path, status: file))])
    }

    @Test func aRescanDoesNotRestartTheClock() {
        var bench = bench(age: 0)
        #expect(bench.send(.hint(path, .touched)) == [])
        #expect(bench.send(.met(.everything, path, .regular), after: 0.9) == [])
        #expect(bench.send(.timer, after: 0.2) == [.inspect(path)])
    }

    @Test func watchesAFolderBeforeScanningIt() {
        var bench = bench(age: 0)
        let sub = FilePath("sub")
        let below = FilePath("sub/below")
        #expect(bench.send(.hint(sub, .directory)) == [])
        #expect(!bench.machine.counts.isIdle)
        #expect(bench.send(.step) == [.watch(sub), .open(.folder, sub)])
        #expect(bench.send(.step) == [.advance(.folder)])
        #expect(bench.send(.met(.folder, below, .directory)) == [.watch(below), .open(.folder, below)])
        #expect(bench.send(.ended(.folder)) == [])
        #expect(bench.machine.counts.isIdle)
        #expect(bench.send(.step) == [])
        #expect(bench.send(.hint(sub, .directory)) == [])
        #expect(bench.send(.step) == [.open(.folder, sub)], "it is watched already")
        #expect(bench.send(.ended(.folder)) == [])
        // It was moved away, and only it says so; another folder takes its name.
        #expect(bench.send(.watchLost(sub)) == [])
        #expect(bench.send(.hint(sub, .directory)) == [])
        #expect(bench.send(.step) == [.watch(sub), .open(.folder, sub)])
        #expect(bench.send(.met(.folder, below, .directory)) == [.watch(below), .open(.folder, below)])
    }

    @Test func comesBackToWhatIsBeingWritten() {
        var bench = bench(age: 0)
        _ = bench.send(.hint(path, .movedIn))
        _ = bench.send(.observed(path, file))
        #expect(bench.send(.busy(path)) == [])
        #expect(bench.machine.counts.busy == 1)
        #expect(bench.machine.counts.isIdle, "a writer may keep it open for ever")
        #expect(bench.send(.timer, after: 1.1) == [.inspect(path)])
        #expect(bench.send(.observed(path, file)) == [.offer(ReadyFile(path: path, status: file))])
    }

    @Test func asksAgainForWhatIsBlockedWhenItIsTouched() {
        var bench = bench(age: 0)
        _ = bench.send(.hint(path, .movedIn))
        _ = bench.send(.observed(path, file))
        #expect(bench.send(.blocked(path, "not readable")) == [.complain(.one(.blocked, path, "not readable"))])
        #expect(bench.machine.counts.blocked == 1)
        #expect(bench.machine.counts.isIdle)
        #expect(
            bench.machine.names.map { [$0.path, $0.state.rawValue, $0.reason] } == [
                ["a.txt", "blocked", "not readable"]
            ])
        #expect(bench.send(.hint(path, .touched)) == [])
        #expect(bench.send(.timer, after: 1.1) == [.inspect(path)])
    }

    @Test func seesANewFileOfANameThatIsBeingTaken() {
        var bench = bench(age: 0)
        _ = bench.send(.hint(path, .movedIn))
        _ = bench.send(.observed(path, file))
        #expect(bench.send(.hint(path, .movedIn)) == [])
        #expect(bench.send(.taken(path)) == [.inspect(path)])
        #expect(bench.send(.observed(path, nil)) == [])
        #expect(bench.machine.counts.isIdle)
    }

    @Test func comesBackToTheFolderOfWhatDidNotFit() {
        var bench = bench(age: 3600, capacity: 4)
        for number in 0..<4 { _ = bench.send(.hint(FilePath("sub/f\(number)"), .movedIn)) }
        for number in 0..<4 { _ = bench.send(.observed(FilePath("sub/f\(number)"), file)) }
        #expect(bench.send(.hint("sub/f4", .movedIn)) == [])
        #expect(bench.send(.hint("sub/f5", .touched)) == [])
        #expect(bench.machine.counts.leftBehind)
        #expect(!bench.machine.counts.isIdle)
        #expect(bench.send(.step) == [], "there is no room")
        #expect(bench.send(.taken("sub/f0")) == [])
        #expect(bench.send(.step) == [], "the last quarter is for what the kernel names")
        #expect(bench.send(.taken("sub/f1")) == [])
        #expect(bench.send(.step) == [.watch("sub"), .open(.folder, "sub")])
        #expect(bench.send(.met(.folder, "sub/deeper", .directory)) == [], "its own events tell of it")
        #expect(bench.send(.met(.folder, "sub/f4", .regular)) == [.inspect("sub/f4")])
        #expect(bench.send(.ended(.folder)) == [])
        #expect(!bench.machine.counts.leftBehind)
    }

    @Test func aFileThatChangedIsWaitedFor() {
        var bench = bench(age: 3600)
        _ = bench.send(.hint(path, .movedIn))
        _ = bench.send(.observed(path, file))
        #expect(bench.send(.changed(path)) == [])
        #expect(bench.machine.counts.settling == 1)
        #expect(!bench.machine.counts.isIdle)
        #expect(bench.send(.timer, after: 1.1) == [.inspect(path)])
    }

    @Test func triesAgainWhatWasTouchedWhileItWasTried() {
        var bench = bench(age: 0)
        _ = bench.send(.hint(path, .movedIn))
        _ = bench.send(.observed(path, file))
        #expect(bench.send(.hint(path, .touched)) == [])
        #expect(bench.send(.blocked(path, "not readable")) == [.inspect(path)])
        #expect(bench.send(.observed(path, file)) == [.offer(ReadyFile(path: path, status: file))])
        #expect(bench.send(.taken(path)) == [])
        #expect(bench.machine.counts.blocked == 0)
        #expect(bench.machine.counts.isIdle)
    }

    @Test func aFileHeldOpenCostsNoPlaceWhenPlacesAreShort() {
        var bench = bench(age: 3600, capacity: 4)
        for number in 0..<4 {
            _ = bench.send(.hint(FilePath("f\(number)"), .movedIn))
            _ = bench.send(.observed(FilePath("f\(number)"), file))
        }
        for number in 0..<4 { #expect(bench.send(.busy(FilePath("f\(number)"))) == []) }
        #expect(bench.machine.counts.busy == 4)
        #expect(bench.send(.hint("f0", .touched)) == [])
        #expect(bench.machine.counts.busy == 3)
        #expect(bench.machine.counts.settling == 1)
        _ = bench.send(.rescan)
        _ = bench.send(.step)
        #expect(bench.send(.met(.everything, "f1", .regular)) == [.inspect("f1")])
        #expect(bench.send(.ended(.everything)) == [])
        #expect(bench.machine.counts.busy == 2)
    }

    @Test func countsWhatItIgnores() {
        var bench = bench(age: 0)
        for name in [".hidden", "a.tmp", "sub/.git/config", "draft~"] {
            #expect(bench.send(.hint(FilePath(name), .movedIn)) == [], "\(name)")
        }
        #expect(bench.machine.counts.ignored == 4)
        #expect(bench.machine.counts.isIdle)
        _ = bench.send(.rescan)
        _ = bench.send(.step)
        _ = bench.send(.met(.everything, "a.tmp", .regular))
        #expect(bench.machine.counts.ignored == 4, "the look is not over")
        _ = bench.send(.ended(.everything))
        #expect(bench.machine.counts.ignored == 1)
    }

    @Test func tellsOfTheCopyOfADropOnlyWhenItStays() {
        var bench = bench(age: 0)
        let copy: FilePath = "notes.vectorspool-dropping-1-2-3"
        #expect(bench.send(.hint(copy, .directory)) == [])
        #expect(bench.machine.counts.ignored == 0)
        #expect(bench.send(.met(.everything, copy, .directory)) == [])
        #expect(bench.machine.counts.ignored == 1)
    }

    @Test func aLostWatchOfTheInboxLooksAtEverything() {
        var bench = bench(age: 0)
        _ = bench.send(.rescan)
        _ = bench.send(.step)
        #expect(bench.send(.watchLost(FilePath())) == [])
        #expect(bench.send(.ended(.everything)) == [])
        #expect(bench.send(.step) == [.watch(FilePath()), .open(.everything, FilePath())])
    }
}
