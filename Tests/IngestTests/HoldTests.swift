import Ingest
import Spool
import SystemPackage
import Testing

/// A person's pause, in the pipeline and on the page.
@Suite("Paused by a person", .timeLimit(.minutes(10)))
struct HoldTests {
    private let flag = PauseFlag(by: "alice", user: 7, since: "2026-11-26T10:00:00Z")

    @Test func `nothing new is taken, and what was taken is committed`() async throws {
        let harness = try SpoolHarness()
        for number in 0..<6 { try harness.drop(FilePath("d\(number).txt"), "one two three \(number)") }
        // From the second claim on there is a pause; a run that ends with the inbox does not wait for its end.
        let claims = Counter()
        let status = try await harness.run(reach: { board, point in
            if point == .afterClaim, claims.next() == 2 { board.hold(flag) }
        })
        #expect(!status.isDrained)
        #expect(status.pausedBy == flag)
        #expect(status.inWork == 0)
        #expect(status.doneFiles == 2)
        #expect(try harness.documents().count == 2)
        #expect(try harness.files(in: harness.spool.inbox).count == 4)
    }

    @Test func `the page tells a person's pause from one for the system`() throws {
        let board = StatusBoard(try SpoolHarness().options)
        board.note { $0.state = .ready }
        #expect(board.hold(flag))
        #expect(!board.hold(flag), "no news")
        #expect(board.status.state == .held)
        #expect(board.status.summary.hasPrefix("Paused by alice since 2026-11-26T10:00:00Z; vectorspool resume · "))
        board.pause("commit", "the disk is full")
        #expect(board.status.state == .held)
        #expect(board.status.pausedReason == "the disk is full")
        board.hold(nil)
        #expect(board.status.state == .paused)
        #expect(board.status.summary.hasPrefix("Waiting for the system since 20"))
        #expect(board.status.summary.contains("(the disk is full)"))
        board.resume("commit")
        #expect(board.status.pausedSince == nil)
        #expect(board.status.state == .ready)
    }
}
