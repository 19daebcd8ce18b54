import Console
import Platform
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Each test has a process of its own, whose standard error it may change.
@Suite("The line that says how far a run is")
struct ProgressLineTests {
    private final class Clock: Sendable {
        private let stored = Mutex(100.0)

        var seconds: Double { stored.withLock { $0 } }

        func go(_ seconds: Double) { stored.withLock { $0 += seconds } }
    }

    @Test("on a terminal it comes after a second, ten times a second at most, and vanishes")
    func terminal() async {
        await #expect(processExitsWith: .success) {
            let terminal = try PseudoTerminal(columns: 12)
            _ = try terminal.program.duplicate(as: .standardError)
            let clock = Clock()
            var line = ProgressLine { clock.seconds }
            let erased = "\r\u{1B}[K"
            for (pause, text, shown) in [
                (0, "first", ""), (1, "a second", ""), (0.0625, "later", erased + "later"),
                (0.0625, "too soon", ""),
                (0.0625, "again", erased + "again"),
                // The last column stays free, because some terminals begin a new line with it.
                (1, "eleven columns and more", erased + "eleven colu"),
                (1, "tame\u{1B}[2J", erased + "tame\\u{1b}["),
            ] {
                clock.go(pause)
                line.show(text)
                #expect(try terminal.written() == shown)
            }
            line.finish()
            #expect(try terminal.written() == erased)
            line.finish()
            #expect(try terminal.written() == "")
        }
    }

    @Test("a run that ends within a second leaves no trace")
    func shortRun() async {
        await #expect(processExitsWith: .success) {
            let terminal = try PseudoTerminal(columns: 80)
            _ = try terminal.program.duplicate(as: .standardError)
            let clock = Clock()
            var line = ProgressLine { clock.seconds }
            line.show("text")
            line.finish()
            #expect(try terminal.written() == "")
        }
    }

    @Test("where there is no terminal nothing is shown, nor even made")
    func noTerminal() async {
        await #expect(processExitsWith: .success) {
            let scratch = try ScratchDirectory()
            let path = scratch.path.appending("log")
            let file = try FileDescriptor.open(path, .writeOnly, options: .create, permissions: .ownerReadWrite)
            _ = try file.duplicate(as: .standardError)
            let clock = Clock()
            var line = ProgressLine { clock.seconds }
            clock.go(60)
            var isMade = false
            func text() -> String {
                isMade = true
                return "text"
            }
            line.show(text())
            line.finish()
            #expect(!isMade)
            #expect(try FileContents.read(path) == [])
        }
    }

    @Test("a terminal that has gone stops nothing")
    func goneTerminal() async {
        await #expect(processExitsWith: .success) {
            var terminal: PseudoTerminal? = try PseudoTerminal(columns: 80)
            _ = try terminal?.program.duplicate(as: .standardError)
            let clock = Clock()
            var line = ProgressLine { clock.seconds }
            terminal = nil
            clock.go(2)
            line.show("text")
            line.finish()
            #expect(throws: PlatformError.self) { try StandardStream.error.write("text") }
        }
    }
}
