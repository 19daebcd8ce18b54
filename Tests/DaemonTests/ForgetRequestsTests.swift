import Daemon
import Foundation
import Identity
import Ingest
import Platform
import Spool
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Requests to forget are answered whatever fails, and know what lies in `work/`.
@Suite("Requests to forget", .timeLimit(.minutes(10)))
struct ForgetRequestsTests {
    private let scratch: ScratchDirectory
    private let log = RecordedLog()
    private let options: IngestOptions
    private let spool: Spool
    private let board: StatusBoard

    init() throws {
        scratch = try ScratchDirectory()
        options = IngestOptions(spool: scratch.path.appending("spool"), model: "none")
        spool = try Spool(options.spool)
        board = StatusBoard(options)
        board.note { $0.isRecovered = true }
    }

    private func leave(_ name: String, isDryRun: Bool = false) throws -> String {
        try ForgetWish(names: [name], isDryRun: isDryRun).leave(in: spool.requests)
    }

    /// Lets the service work meanwhile.
    private func serving(_ body: () async throws -> Void) async throws {
        let service = RequestService(
            spool: spool, live: LiveOptions(options), board: board, isIndexReplaced: { false }, logger: log.logger)
        let running = Task { try? await service.run() }
        defer { running.cancel() }
        try await body()
    }

    private func answer(to id: String) async throws -> ForgetAnswer? {
        let end = ContinuousClock.now + .seconds(50)
        while ContinuousClock.now < end {
            if let answer = try SpoolRequest.takeAnswer(to: id, in: spool.requests) {
                return try JSONDecoder().decode(ForgetAnswer.self, from: Data(answer))
            }
            try await Task.sleep(for: .milliseconds(5))
        }
        return nil
    }

    @Test("an answer that cannot be written is written later, and the request is carried out once")
    func unwritable() async throws {
        let id = try leave("a.txt")
        // What has just changed is looked at again anyway.
        while try !spool.requests.status().isSettled(for: 150_000_000) { await Task.yield() }
        let failures = Mutex(2)
        let plan = FaultPlan(below: options.spool.requests, of: [.open]) { _, _, path in
            guard path.string.contains("answer") else { return .none }
            return failures.withLock { left in
                left -= 1
                return left >= 0 ? .fail(.tooManyOpenFiles) : .none
            }
        }
        plan.arm()
        defer { plan.disarm() }
        try await serving {
            let answer = try await answer(to: id)
            #expect(answer?.unknown == ["a.txt"])
        }
        #expect(failures.withLock { $0 } < 0)
    }

    @Test("a request that cannot be removed is carried out once, and removed later")
    func unremovable() async throws {
        let id = try leave("a.txt")
        let failures = Mutex(3)
        let plan = FaultPlan(below: options.spool.requests, of: [.remove]) { _, _, path in
            guard path.lastComponent?.string == id + ".json" else { return .none }
            return failures.withLock { left in
                left -= 1
                return left >= 0 ? .fail(.noSpace) : .none
            }
        }
        plan.arm()
        defer { plan.disarm() }
        try await serving {
            let first = try await answer(to: id)
            #expect(first?.unknown == ["a.txt"])
            // Each further request is a look at the folder.
            let end = ContinuousClock.now + .seconds(50)
            while try failures.withLock({ $0 }) >= 0 || !spool.requests.entries().isEmpty, ContinuousClock.now < end {
                let next = try await answer(to: leave("b.txt"))
                #expect(next?.unknown == ["b.txt"])
            }
        }
        #expect(try spool.requests.entries().map(\.name.string) == [])
    }

    @Test("a file of an earlier run that was not taken up again yet is known", arguments: ["a.txt", "sub/b.txt"])
    func leftover(name: String) async throws {
        let path = options.spool.work.pushing(Spool.place(of: ClaimName.fresh(size: 3), FilePath(name)))
        try Directory.create(path.removingLastComponent())
        try AtomicFile.replaceVolatile(Array("one".utf8), at: path)
        try await serving {
            let answer = try await answer(to: leave(name, isDryRun: true))
            #expect(answer?.names == [name])
        }
    }

    @Test("a request is ordered as of when it was made, and one that is withdrawn gets no answer")
    func withdrawn() async throws {
        let path = options.spool.inbox.appending("a.txt")
        try AtomicFile.replaceVolatile(Array("one".utf8), at: path)
        let id = try leave("a.txt")
        let made = try #require(try SpoolRequest.pending(in: spool.requests).first).made
        try await serving {
            let end = ContinuousClock.now + .seconds(50)
            while board.forgets.orders.isEmpty, ContinuousClock.now < end { await Task.yield() }
            #expect(board.forgets.orders.map(\.made) == [made])
            SpoolRequest.withdraw(id, in: spool.requests)
            // A later one is answered by a look that has met the withdrawal.
            let next = try await answer(to: leave("b.txt"))
            #expect(next?.unknown == ["b.txt"])
        }
        #expect(try spool.requests.entries().map(\.name.string) == [])
    }

    @Test("a request that cannot be carried out keeps no other from being answered")
    func malformedRetry() async throws {
        let path = FilePath(String(repeating: "x", count: 300))
        let retry = try SpoolRequest.leave(.retry, path, in: spool.requests)
        let id = try leave("a.txt")
        try await serving {
            let answer = try await answer(to: id)
            #expect(answer?.unknown == ["a.txt"])
            let end = ContinuousClock.now + .seconds(50)
            var refusal: [UInt8]?
            while refusal == nil, ContinuousClock.now < end {
                refusal = try SpoolRequest.takeAnswer(to: retry, in: spool.requests)
                await Task.yield()
            }
            #expect(refusal.map { String(decoding: $0, as: UTF8.self).contains("refused") } == true)
        }
    }
}
