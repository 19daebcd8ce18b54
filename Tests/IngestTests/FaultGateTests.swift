import Ingest
import Logging
import Platform
import Shards
import Synchronization
import SystemPackage
import TestSupport
import Testing

@Suite("Faults of the system are waited for")
struct FaultGateTests {
    private struct Other: Error {}

    private static let full = PlatformError(.system, "write", path: "/d/file", cause: .noSpace)
    private let log = RecordedLog()
    private let board: StatusBoard
    private let heart = Heartbeat("commit")

    init() {
        board = StatusBoard(IngestOptions(spool: "/spool", model: "none"))
    }

    private func gate(
        patience: Duration? = nil, sleep: @escaping @Sendable (Duration) async throws -> Void = { _ in }
    ) -> FaultGate {
        FaultGate(board: board, logger: log.logger, heart: heart, patience: patience, sleep: sleep)
    }

    /// Fails with each of the errors in turn, then succeeds.
    private func attempt(_ gate: FaultGate, _ errors: [any Error]) async throws -> Int {
        var attempts = 0
        return try await gate.retrying("committing") {
            attempts += 1
            if attempts <= errors.count { throw errors[attempts - 1] }
            return attempts
        }
    }

    @Test("it tries again after 1, 2, 4 ... 60 seconds, and the status says why it waits until it goes on")
    func pauses() async throws {
        let pauses = Mutex<[Duration]>([])
        let gate = gate { [board, heart] duration in
            pauses.withLock { $0.append(duration) }
            #expect(board.status.pausedReason?.hasPrefix("committing: the disk of /d is full, ") == true)
            #expect(heart.age == nil, "a heart that beats in a pause would be found late")
        }
        #expect(try await attempt(gate, Array(repeating: Self.full, count: 8)) == 9)
        #expect(pauses.withLock { $0 } == [1, 2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
        #expect(board.status.pausedReason == nil)
        #expect(heart.age != nil)
        #expect(log.lines.count == 9)
        #expect(log.lines.last == "notice: committing: the system has recovered, going on")
    }

    @Test("what succeeds at once is told of nowhere")
    func success() async throws {
        #expect(try await attempt(gate(), []) == 1)
        #expect(log.lines.isEmpty)
        #expect(!board.changes.isRung)
    }

    @Test(
        "what the system is not at fault for is thrown at once",
        arguments: [
            Other(), PlatformError(.corrupt, "read"), PlatformError(.tooLarge, "read"),
            ShardsError(.corrupt, "damaged"),
            ShardsError(.corrupt, cause: PlatformError(.corrupt, "read"), "damaged"),
        ] as [any Error])
    func otherErrors(error: any Error) async {
        await #expect(throws: (any Error).self) {
            try await attempt(gate { _ in Issue.record("nothing to wait for") }, [error])
        }
        #expect(board.status.pausedReason == nil)
    }

    @Test("an error of another kind ends the pause, and the status says so")
    func otherErrorLater() async {
        await #expect(throws: Other.self) { try await attempt(gate(), [Self.full, Other()]) }
        #expect(board.status.pausedReason == nil)
    }

    @Test("the patience of a run that is to end is counted in pauses", arguments: [(0, 0), (1, 1), (3, 2), (60, 6)])
    func patience(seconds: Int, pauses: Int) async {
        let slept = Mutex(0)
        let gate = gate(patience: .seconds(seconds)) { _ in slept.withLock { $0 += 1 } }
        let errors = Array(repeating: Self.full, count: 100)
        let error = await #expect(throws: IngestError.self) { try await attempt(gate, errors) }
        #expect(error?.code == .interrupted)
        #expect(error?.cause as? PlatformError == Self.full)
        #expect(error?.message.contains("nothing is lost") == true)
        #expect(slept.withLock { $0 } == pauses)
    }

    @Test("a stop is not waited for, neither before a pause nor after it", arguments: [true, false])
    func stop(isBefore: Bool) async {
        let slept = Mutex(0)
        let gate = gate { [board] _ in
            slept.withLock { $0 += 1 }
            board.stopping.request()
        }
        if isBefore { board.stopping.request() }
        await #expect(throws: FaultGate.Stopped.self) { try await attempt(gate, [Self.full]) }
        #expect(slept.withLock { $0 } == (isBefore ? 0 : 1))
    }

    @Test("what is done is done, also when a stop was asked for")
    func successAfterStop() async throws {
        board.stopping.request()
        #expect(try await attempt(gate(), []) == 1)
    }

    @Test("a pause that is cancelled ends it")
    func cancellation() async {
        let gate = gate { _ in throw CancellationError() }
        await #expect(throws: CancellationError.self) { try await attempt(gate, [Self.full]) }
    }

    @Test(
        "a fault is told with what to do about it",
        arguments: [
            (Errno.readOnlyFileSystem, "read-only"), (.tooManyOpenFiles, "LimitNOFILE"),
            (.tooManyOpenFilesInSystem, "LimitNOFILE"), (.noMemory, "there is no memory"), (.ioError, "dmesg"),
            (.permissionDenied, "look at its owner"), (.notPermitted, "look at its owner"),
        ])
    func advice(cause: Errno, advice: String) {
        let platform = PlatformError(.system, "open", path: "/d", cause: cause)
        let shards = ShardsError(.system, cause: platform, "cannot open")
        for error in [platform, shards] as [any Error] {
            let text = FaultGate.systemFault(error) ?? ""
            #expect(text.hasPrefix("\(platform) ("), "\(text)")
            #expect(text.contains(advice), "\(text)")
        }
    }

    @Test(
        "a full disk is named by the folder, never by a file that is being made there",
        arguments: [
            (Errno.noSpace, "the disk of /i is full"), (.diskQuotaExceeded, "the quota on the disk of /i is used up"),
        ])
    func fullDisk(cause: Errno, text: String) {
        let error = PlatformError(.system, "write", path: "/i/.shard-1.zst.12.abc.tmp", cause: cause)
        #expect(FaultGate.systemFault(error) == text + ", free some space")
    }
}
