import Platform
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// The manual pages and completions that `make dist` makes from the programs' help.
@Suite struct ManualPageTests {
    private static let repository = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    /// The page of a program.
    private func page(of tool: CommandLineTool, section: String) async throws -> CommandLineTool.Outcome {
        try await tool.shell(
            "\"$0\" --experimental-dump-help | \"$1\" --section \"$2\" --more \"$3\" --see 'x(1)'",
            Self.repository.pushing("etc/man/manual.py").string, section,
            section == "8" ? Self.repository.pushing("etc/man/vectorspoold.roff").string : "/dev/null")
    }

    @Test(arguments: [
        ("search", ["\\-\\-queries", "\\-k", "\\-\\-explain", "\\-\\-literal"]), ("show", ["\\-\\-json"]),
        ("init", ["\\-\\-spool"]), ("status", []),
    ])
    func `the page has every command with its options`(command: String, options: [String]) async throws {
        let page = try await page(of: .search, section: "1")
        #expect(page.status == .exited(0), "\(page.error)")
        let start = try #require(page.lines.firstIndex(of: ".SS \(command)"))
        let section = page.lines[(start + 1)...].prefix { !$0.hasPrefix(".S") }
        for option in options {
            #expect(section.contains { $0.hasPrefix("\\fB\(option)\\fR") }, "\(option)")
        }
    }

    @Test(arguments: [("vectorspool", "1"), ("vectorspoold", "8")])
    func `a page is roff, the same each time`(name: String, section: String) async throws {
        let tool = CommandLineTool(name)
        let page = try await page(of: tool, section: section)
        #expect(page.status == .exited(0), "\(page.error)")
        #expect(page.text.contains("\n.SH NAME\n\(name) \\- "))
        let requests: Set<Substring> = [
            ".TH", ".nh", ".ad", ".SH", ".SS", ".TP", ".PP", ".IP", ".br", ".nf", ".fi", ".\\\"",
        ]
        for line in page.lines where line.hasPrefix(".") || line.hasPrefix("'") {
            #expect(line.split(separator: " ").first.map { requests.contains($0) } == true, "\(line)")
        }
        #expect(try await self.page(of: tool, section: section).output == page.output)
    }

    @Test(arguments: ["vectorspool", "vectorspoold"])
    func `bash reads the completions`(name: String) async throws {
        let outcome = try await CommandLineTool(name).shell(
            "\"$0\" --generate-completion-script bash | bash -n")
        #expect(outcome.status == .exited(0), "\(outcome.error)")
        #expect(outcome.error == "")
    }
}
