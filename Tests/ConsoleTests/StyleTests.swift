import Console
import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

/// Each test has a process of its own, whose standard error and environment it may change.
@Suite("Colours and columns are for terminals")
struct StyleTests {
    private static func setVariable(_ name: String, _ value: String?) {
        if let value { unsafe setenv(name, value, 1) } else { unsafe unsetenv(name) }
    }

    @Test("a terminal has colours and its own width, unless the environment forbids colours")
    func terminal() async {
        await #expect(processExitsWith: .success) {
            let terminal = try PseudoTerminal(columns: 57)
            _ = try terminal.program.duplicate(as: .standardError)
            for (noColor, term, isColoured) in [
                (nil, "xterm", true), (nil, nil, true), ("1", "xterm", false), ("0", "xterm", false),
                (nil, "dumb", false),
                // As no-color.org has it: when not an empty string.
                ("", "xterm", true),
            ] as [(String?, String?, Bool)] {
                StyleTests.setVariable("NO_COLOR", noColor)
                StyleTests.setVariable("TERM", term)
                let style = Style(for: .error)
                #expect(style.isColoured == isColoured, "NO_COLOR \(noColor ?? "-"), TERM \(term ?? "-")")
                #expect(style.columns == 57)
            }
        }
    }

    @Test("a terminal that does not know its width is taken for a wide one")
    func unknownWidth() async {
        await #expect(processExitsWith: .success) {
            let terminal = try PseudoTerminal(columns: 0)
            _ = try terminal.program.duplicate(as: .standardError)
            StyleTests.setVariable("COLUMNS", nil)
            #expect(Style(for: .error).columns == 100)
        }
    }

    @Test("what is no terminal has no colours, whatever the environment says")
    func noTerminal() async {
        await #expect(processExitsWith: .success) {
            StyleTests.setVariable("TERM", "xterm")
            StyleTests.setVariable("NO_COLOR", nil)
            StyleTests.setVariable("COLUMNS", nil)
            let ends = try FileDescriptor.pipe()
            for descriptor in [ends.writeEnd, try FileDescriptor.open(FilePath("/dev/null"), .writeOnly)] {
                _ = try descriptor.duplicate(as: .standardError)
                let style = Style(for: .error)
                #expect(!style.isColoured)
                #expect(style.columns == 100)
            }
        }
    }

    @Test("what is no terminal is as wide as COLUMNS says, if that is a positive number; a terminal knows better")
    func givenWidth() async {
        await #expect(processExitsWith: .success) {
            let null = try FileDescriptor.open(FilePath("/dev/null"), .writeOnly)
            let terminal = try PseudoTerminal(columns: 57)
            for (text, expected) in [("72", 72), ("1", 1), ("0", 100), ("-5", 100), ("wide", 100), ("", 100)] {
                StyleTests.setVariable("COLUMNS", text)
                _ = try null.duplicate(as: .standardError)
                #expect(Style(for: .error).columns == expected, "\(text)")
                _ = try terminal.program.duplicate(as: .standardError)
                #expect(Style(for: .error).columns == 57)
            }
        }
    }

    @Test("colours that are asked for, or forbidden, are so everywhere")
    func colouring() async {
        await #expect(processExitsWith: .success) {
            StyleTests.setVariable("NO_COLOR", "1")
            #expect(Style(for: .error, .always).isColoured)
            StyleTests.setVariable("NO_COLOR", nil)
            let terminal = try PseudoTerminal(columns: 57)
            _ = try terminal.program.duplicate(as: .standardError)
            #expect(Style(for: .error, .auto).isColoured && !Style(for: .error, .never).isColoured)
        }
    }

    @Test("text is dressed in the colour of its role, or left as it is")
    func dressed() {
        #expect(Style(isColoured: true, columns: 80).dressed("a", .match) == "\u{1B}[1;33ma\u{1B}[0m")
        #expect(Style(isColoured: false, columns: 80).dressed("a", .match) == "a")
    }
}
