import ArgumentParser
import Platform
import Search
import Shards
import SystemPackage

/// `vectorspool verify`: whether every byte of an index is as it was written.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every byte of an index; damage is named with file and place.",
        discussion: "Exit code 65 says that something is damaged.")

    @OptionGroup var index: IndexOption

    @Flag(help: "Print JSON Lines: each finding, then a summary.")
    var json = false

    func run() async throws {
        var line = ProgressLine()
        var checked = 0
        let report = try IndexVerifier.verify(index.directory) { name, bytes in
            checked += bytes
            line.show("\(Figures.bytes(checked)) checked, \(name)")
        }
        line.finish()
        try StandardStream.output.write(json ? report.json : report.summary(Style(for: .output)))
        try StandardStream.error.write(json ? "" : report.failures(in: index.directory.string))
        guard report.isSound else { throw ExitCode(65) }
    }
}
