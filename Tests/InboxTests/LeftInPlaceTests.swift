import Inbox
import Platform
import SystemPackage
import TestSupport
import Testing

/// Files that were taken and stay, which every scan meets again.
@Suite("Files left in place, in the machine")
struct LeftInPlaceTests {
    private let file: FileStatus

    init() throws {
        let scratch = try ScratchDirectory()
        try AtomicFile.replaceVolatile([1], at: scratch.path.appending("a"))
        file = try FileStatus.of(scratch.path.appending("a"))
    }

    private func time(_ seconds: Double) -> InboxTime {
        InboxTime(monotonic: .seconds(seconds), wall: RealTime(nanoseconds: file.changed + 10_000_000_000))
    }

    private func machine() -> InboxStateMachine {
        InboxStateMachine(settle: .seconds(1), ignore: .standard, capacity: 100, nameCapacity: 50)
    }

    @Test("it is told once, counted while scans meet it, and takes no entry")
    func counted() {
        var machine = machine()
        let path: FilePath = "f/a.txt"
        _ = machine.handle(.hint(path, .movedIn), at: time(0))
        _ = machine.handle(.observed(path, file), at: time(0))
        #expect(machine.handle(.copied(path, "why"), at: time(0)) == [.complain(.one(.leftInPlace, path, "why"))])
        #expect(machine.counts.leftInPlace == 1)
        #expect(machine.counts.isIdle)
        for round in 1...3 {
            #expect(scan(&machine, [path], Double(round) * 10) == [])
            #expect(machine.counts.leftInPlace == 1)
            #expect(machine.names.map(\.reason) == ["why"])
        }
        #expect(scan(&machine, [], 50) == [])
        #expect(machine.counts.leftInPlace == 0)
        #expect(machine.names.isEmpty)
    }

    @Test("any number of them is counted, without a line of the log for those of an earlier run")
    func many() {
        var machine = machine()
        let paths = (0..<1000).map { FilePath("\($0)") }
        for round in 1...2 {
            #expect(scan(&machine, paths, Double(round) * 10) == [])
            #expect(machine.counts.leftInPlace == 1000)
            #expect(machine.names.count == 100 || machine.names.count == 50)
        }
        #expect(machine.lastWords() == [])
    }

    @Test("a change meanwhile is not lost")
    func touched() {
        var machine = machine()
        let path: FilePath = "a.txt"
        _ = machine.handle(.hint(path, .movedIn), at: time(0))
        _ = machine.handle(.observed(path, file), at: time(0))
        _ = machine.handle(.hint(path, .touched), at: time(0))
        #expect(machine.handle(.recognized(path), at: time(0)) == [])
        #expect(machine.counts.offered == 1)
        #expect(machine.handle(.copied(path, "why"), at: time(0)) == [.inspect(path)])
    }

    /// One scan in which every file is recognized; returns the complaints.
    private func scan(
        _ machine: inout InboxStateMachine, _ paths: [FilePath], _ seconds: Double
    ) -> [InboxStateMachine.Action] {
        var told: [InboxStateMachine.Action] = []
        var rest = paths[...]
        var actions = machine.handle(.rescan, at: time(seconds))
        while machine.isScanning || !actions.isEmpty {
            if actions.isEmpty { actions = machine.handle(.step, at: time(seconds)) }
            for action in actions.reversed() {
                actions.removeLast()
                switch action {
                case .open: break
                case .advance(let walk):
                    let event: InboxStateMachine.Event =
                        rest.popFirst().map { .met(walk, $0, .regular) } ?? .ended(walk)
                    actions += machine.handle(event, at: time(seconds))
                case .inspect(let path): actions += machine.handle(.recognized(path), at: time(seconds))
                case .complain: told.append(action)
                default: break
                }
            }
        }
        return told
    }
}
