import Dispatch
import Platform
import Testing

@Suite("The bell that wakes a thread", .timeLimit(.minutes(10)))
struct EventSignalTests {
    @Test("rings before the wait are one ring")
    func before() throws {
        let signal = try EventSignal()
        for _ in 0..<3 { signal.ring() }
        signal.wait(timeout: .seconds(3600))
        let begin = ContinuousClock.now
        signal.wait(timeout: .milliseconds(20))
        #expect(begin.duration(to: .now) >= .milliseconds(20))
    }

    @Test("a ring wakes who waits")
    func during() throws {
        let signal = try EventSignal()
        let answer = try EventSignal()
        DispatchQueue.global().async {
            signal.wait(timeout: .seconds(3600))
            answer.ring()
        }
        signal.ring()
        answer.wait(timeout: .seconds(3600))
    }

    @Test(
        "a wait is never cut short, nor longer than an hour",
        arguments: [
            (.zero, 0), (.nanoseconds(-1), 0), (.nanoseconds(1), 1), (.milliseconds(1), 1),
            (.microseconds(1001), 2), (.seconds(2), 2000), (.seconds(86_400), 3_600_000),
            (.seconds(Int64.max), 3_600_000),
        ] as [(Duration, Int32)])
    func rounding(duration: Duration, milliseconds: Int32) {
        #expect(duration.pollMilliseconds == milliseconds)
    }
}
