import Platform
import SystemPackage
import TestSupport
import Testing

@Suite("A program that reads what this one writes")
struct PipedProcessTests {
    @Test("it gets everything to the end, in the environment of this process and with the defaults, and is waited for")
    func everything() async {
        await #expect(processExitsWith: .success) {
            CurrentProcess.surviveFailingWrites()
            let scratch = try ScratchDirectory()
            let file = scratch.path.appending("got")
            let process = try PipedProcess(
                ["sh", "-c", "{ cat; echo \"$PATH $EXTRA\"; } > '\(file)'"], defaults: ["EXTRA": "new", "PATH": "x"])
            try process.write(Array("some text\n".utf8).rawSpan)
            process.finish()
            let path = try #require(CurrentProcess.environment("PATH"))
            #expect(String(decoding: try FileContents.read(file), as: UTF8.self) == "some text\n\(path) new\n")
        }
    }

    @Test("a program that is not there is an error, and what a program no longer reads is one too")
    func refused() async {
        await #expect(processExitsWith: .success) {
            CurrentProcess.surviveFailingWrites()
            let error = #expect(throws: PlatformError.self) {
                try PipedProcess(["vectorspool-nonexistent"]).finish()
            }
            #expect(error?.cause == .noSuchFileOrDirectory)
            let process = try PipedProcess(["true"])
            let broken = #expect(throws: PlatformError.self) {
                // More than a pipe holds.
                try process.write([UInt8](repeating: 0, count: 1 << 20).rawSpan)
            }
            #expect(broken?.cause == .brokenPipe)
            process.finish()
        }
    }

    @Test("it does not ignore what this process ignores")
    func signals() async {
        await #expect(processExitsWith: .success) {
            CurrentProcess.surviveFailingWrites()
            let scratch = try ScratchDirectory()
            let file = scratch.path.appending("got")
            let process = try PipedProcess(["sh", "-c", "grep SigIgn /proc/self/status > '\(file)'"])
            process.finish()
            let line = String(decoding: try FileContents.read(file), as: UTF8.self)
            let mask = try #require(line.split(whereSeparator: \.isWhitespace).last.flatMap { UInt64($0, radix: 16) })
            // The bits of SIGINT, SIGQUIT, SIGPIPE and SIGXFSZ.
            #expect(mask & (1 << 1 | 1 << 2 | 1 << 12 | 1 << 24) == 0, "\(line)")
        }
    }
}
