import Platform
import SystemPackage
import Testing

@Suite struct ProcessIdentityTests {
    @Test func `this process runs, and none of the same number that was started at another time`() {
        let own = ProcessIdentity.current
        #expect(own.isRunning)
        #expect(!ProcessIdentity(number: own.number, start: (own.start ?? 0) + 1, boot: own.boot).isRunning)
        let other = String(repeating: "f", count: 32)
        #expect(!ProcessIdentity(number: own.number, start: own.start, boot: other).isRunning)
        #expect(ProcessIdentity(number: own.number, start: nil, boot: nil).isRunning, "a page without them")
        #expect(!ProcessIdentity(number: 0, start: nil, boot: nil).isRunning)
    }

    @Test func `no stranger is signalled`() {
        let own = ProcessIdentity.current
        let stranger = ProcessIdentity(number: own.number, start: (own.start ?? 0) + 1, boot: own.boot)
        let error = #expect(throws: PlatformError.self) { try stranger.hangUp() }
        #expect(error?.cause == .noSuchProcess)
    }

    @Test(
        arguments: [
            ("12 (a) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0", 4711),
            ("12 (a ) b) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0", 4711),
            ("12 (a) Z 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 4711 0", nil), ("12 (a) S 1", nil), ("", nil),
        ] as [(String, UInt64?)])
    func start(line: String, start: UInt64?) {
        #expect(ProcessTable.start(in: line) == start)
    }
}
