import Platform
import SystemPackage
import TestSupport
import Testing

@Suite struct JournalSocketTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    @Test func `a value of several lines follows its length`() throws {
        let journal = try NotificationSocket(at: scratch.path.appending("journal"))
        #expect(JournalSocket(at: journal.path.string).send([("MESSAGE", "a\nPRIORITY=0"), ("PRIORITY", "6")]))
        #expect(journal.texts() == ["MESSAGE\n\u{c}\0\0\0\0\0\0\0a\nPRIORITY=0\nPRIORITY=6\n"])
    }

    @Test("who cannot send is told", arguments: ["absent", "", String(repeating: "x", count: 200)])
    func absent(name: String) {
        #expect(!JournalSocket(at: name.isEmpty ? "" : scratch.path.appending(name).string).send([("MESSAGE", "a")]))
    }
}
