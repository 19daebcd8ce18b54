import Platform
import Synchronization
import Testing

@Suite struct SideBySideTests {
    @Test func bothResultsArriveAndEachIsComputedOnce() {
        let calls = Counter()
        for _ in 0..<100 {
            let results = SideBySide.run(
                name: "aside", aside: { calls.next() * 2 }, here: { "here \(calls.next() > 0)" })
            #expect(results.1 == "here true")
            #expect(results.0 > 0)
        }
        #expect(calls.next() == 201)
    }

    private final class Counter: Sendable {
        private let value = Atomic(0)

        func next() -> Int { value.add(1, ordering: .relaxed).newValue }
    }
}
