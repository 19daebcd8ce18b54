import Identity
import Platform
import SystemPackage
import Testing

@Suite struct LoggedEventTests {
    private static let repository = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent()

    private func text(_ path: FilePath) throws -> String {
        String(decoding: try FileContents.read(Self.repository.pushing(path)), as: UTF8.self)
    }

    @Test func `each event has an identifier of its own, of the form that the journal takes`() {
        let identifiers = LoggedEvent.allCases.map(\.messageIdentifier)
        #expect(Set(identifiers).count == identifiers.count)
        for identifier in identifiers {
            #expect(identifier.count == 32 && UInt64(identifier.prefix(16), radix: 16) != nil)
            #expect(UInt64(identifier.suffix(16), radix: 16) != nil)
        }
    }

    @Test func `the journal's catalog explains each event and no other`() throws {
        let lines = try text("systemd/vectorspool.catalog").split(separator: "\n", omittingEmptySubsequences: false)
        let entries = lines.indices.filter { lines[$0].hasPrefix("-- ") }
        #expect(entries.map { String(lines[$0].dropFirst(3)) } == LoggedEvent.allCases.map(\.messageIdentifier))
        for entry in entries {
            #expect(lines[entry + 1].hasPrefix("Subject: ") && lines[entry + 4] == "" && lines[entry + 5] != "")
        }
    }

    @Test("the manual lists each event", arguments: LoggedEvent.allCases)
    func manual(event: LoggedEvent) throws {
        let entry = "\n\\fB\(event)\\fR \(event.messageIdentifier)\n"
        #expect(try text("etc/man/vectorspoold.roff").contains(entry))
    }
}
