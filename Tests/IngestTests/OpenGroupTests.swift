import Identity
import Ingest
import Platform
import Shards
import Spool
import SystemPackage
import Testing

@Suite("What has come since the last commit")
struct OpenGroupTests {
    private static let digest = IdentifierDigest(path: [1])
    private let ticket: Ticket

    init() throws {
        let harness = try SpoolHarness()
        let name = ClaimName.fresh(size: 1).text + "-a.txt"
        let claimed = harness.spool.work.appending("claimed")
        try Directory.create(claimed)
        try AtomicFile.replaceVolatile([1], at: claimed.appending(name))
        ticket = Ticket(try #require(try harness.opened.leftoverClaims().claims.first))
    }

    private static func fault(_ line: Int) -> DocumentFault {
        DocumentFault(.encoder, "refused", hint: "none", line: line)
    }

    @Test("it is empty until a document or the end of a file has come")
    func emptiness() {
        var group = OpenGroup()
        #expect(group.isEmpty)
        // Nothing of these goes into the shard.
        group.addUnchanged()
        group.addRefused(Self.fault(1))
        #expect(group.isEmpty)
        group.add(Self.digest, claim: "c")
        #expect(!group.isEmpty)
        #expect(group.digests == [Self.digest])
        var ended = OpenGroup()
        ended.ends.append(OpenGroup.End(ticket: ticket, documentsBefore: 0))
        #expect(!ended.isEmpty)
    }

    @Test("its age is that of its first item")
    func beginning() throws {
        var group = OpenGroup()
        #expect(group.began == nil)
        group.begin()
        let began = try #require(group.began)
        while ContinuousClock.now == began {}
        group.begin()
        #expect(group.began == began)
        group.reset()
        #expect(group.began == nil)
    }

    @Test("a file's end takes what became of its documents, and the next file begins anew")
    func closing() {
        var group = OpenGroup()
        group.add(Self.digest, claim: "c")
        #expect(group.openClaim == "c")
        group.addUnchanged()
        group.addUnchanged()
        group.documentFault = Self.fault(1)
        group.addRefused(Self.fault(1))
        #expect(group.documentFault == nil)
        var before = ticket
        before.unchanged = 5
        before.refused.append(Self.fault(0))
        let closed = group.close(before)
        #expect(closed.unchanged == 7)
        #expect(closed.refused.first == [Self.fault(0), Self.fault(1)])
        #expect(group.openClaim == nil)
        let next = group.close(ticket)
        #expect(next.unchanged == 0)
        #expect(next.refused.count == 0)
        // Its documents are in the open shard still.
        #expect(group.digests == [Self.digest])
    }

    @Test("of several versions that end with one commit the last one has the change")
    func versions() throws {
        let later = Ticket(
            ClaimedFile(
                name: .fresh(size: 1), relativePath: ticket.documentPath, status: ticket.file.status,
                path: ticket.file.path))
        let change = FileChange(added: FileChange.Count(documents: 1, passages: 2))
        let path = IdentifierDigest(path: ticket.documentPath.bytes)
        var group = OpenGroup()
        let changes = group.changes([path: change], ended: [ticket, later])
        #expect(changes == [later.file.name.text: change])
        var failed = later
        failed.fault = Self.fault(1)
        #expect(group.changes([path: change], ended: [ticket, failed]) == [ticket.file.name.text: change])
    }

    @Test("a commit in the middle of a file forgets the shard, and not what is known of the file")
    func commit() {
        var group = OpenGroup()
        group.add(Self.digest, claim: "c")
        group.addUnchanged()
        group.addRefused(Self.fault(1))
        group.ends.append(OpenGroup.End(ticket: ticket, documentsBefore: 1))
        group.reset()
        #expect(group.isEmpty)
        #expect(group.openClaim == nil)
        let closed = group.close(ticket)
        #expect(closed.unchanged == 1)
        #expect(closed.refused.count == 1)
    }
}
