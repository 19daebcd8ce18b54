import Ingest
import Platform
import Spool
import SystemPackage
import Testing

/// Which folders of the inbox go when their files are taken.
@Suite("Emptied folders of the inbox", .timeLimit(.minutes(10)))
struct EmptiedFoldersTests {
    let harness: SpoolHarness

    init() throws { harness = try SpoolHarness() }

    private var inbox: FilePath { harness.spool.inbox }

    @Test("a dropped tree leaves nothing behind, its empty folders included; the inbox stays")
    func tree() async throws {
        try harness.drop("p/a/one.txt", "one")
        try harness.drop("p/a/b/two.txt", "two")
        try Directory.create(inbox.pushing("p/empty/deep"))
        _ = try await harness.run()
        #expect(try Directory.entries(of: inbox).isEmpty)
        #expect(try harness.paths(in: harness.spool.done).map(\.string) == ["p/a/b/two.txt", "p/a/one.txt"])
    }

    @Test("what holds something else stays, and so does what nothing was taken from")
    func others() async throws {
        try harness.drop("p/one.txt", "one")
        try Directory.create(inbox.appending("mine"))
        try AtomicFile.replaceVolatile([], at: inbox.pushing("p/.keep"))
        try harness.drop("q/sub/two.txt", [0xFF])
        _ = try await harness.run()
        #expect(try Directory.entries(of: inbox).map(\.name.string) == ["mine", "p"])
    }

    @Test("a folder in which something has just changed is left for later")
    func quiet() throws {
        let spool = harness.opened
        try Directory.create(inbox.pushing("p/a"))
        let emptied = EmptiedFolders(spool)
        emptied.note("p/a/one.txt")
        emptied.note("top.txt")
        emptied.remove(quietFor: .seconds(10))
        #expect(FileStatus.exists(inbox.pushing("p/a")))
        #expect(!emptied.isEmpty)
        emptied.remove(quietFor: .seconds(10), now: RealTime(nanoseconds: RealTime.now.nanoseconds + 11_000_000_000))
        #expect(!FileStatus.exists(inbox.appending("p")))
        #expect(emptied.isEmpty)
    }
}
