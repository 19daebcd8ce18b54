import Dispatch
import Platform
import Synchronization
import SystemPackage
import Testing

@Suite("The threads behind the executors", .timeLimit(.minutes(10)))
struct JobThreadsTests {
    /// What jobs have left behind, in the order of their running.
    private final class Record: Sendable {
        private let stored = Mutex<[Int]>([])

        var numbers: [Int] { stored.withLock { $0 } }

        func note(_ number: Int) { stored.withLock { $0.append(number) } }
    }

    private static func started(threads: Int = 1) -> JobThreads {
        let queue = JobThreads()
        queue.start(name: "test", threads: threads)
        return queue
    }

    @Test("one thread runs jobs in the order in which they came", arguments: [1, 1024, 1025, 1026, 5000])
    func order(count: Int) {
        let queue = Self.started()
        let record = Record()
        // All others wait behind the first, so that the queue grows before it shrinks.
        let gate = DispatchSemaphore(value: 0)
        queue.append { gate.wait() }
        for number in 0..<count { queue.append { record.note(number) } }
        gate.signal()
        queue.stop()
        #expect(record.numbers == Array(0..<count))
    }

    @Test("several threads run jobs side by side")
    func sideBySide() {
        let queue = Self.started(threads: 3)
        let arrived = Atomic(0)
        let all = DispatchSemaphore(value: 0)
        let met = Atomic(0)
        for _ in 0..<3 {
            queue.append {
                if arrived.add(1, ordering: .relaxed).newValue == 3 { for _ in 0..<3 { all.signal() } }
                if all.wait(timeout: .now() + 10) == .success { met.add(1, ordering: .relaxed) }
            }
        }
        queue.stop()
        #expect(met.load(ordering: .relaxed) == 3)
    }

    @Test("the end waits for what is queued", arguments: [1, 3], [true, false])
    func ending(threads: Int, isAsynchronous: Bool) async {
        let queue = Self.started(threads: threads)
        let record = Record()
        let gate = DispatchSemaphore(value: 0)
        for _ in 0..<threads { queue.append { gate.wait() } }
        for number in 0..<100 { queue.append { record.note(number) } }
        for _ in 0..<threads { gate.signal() }
        if isAsynchronous { await queue.finish() } else { Self.stop(queue) }
        #expect(record.numbers.count == 100)
        // A second end finds nothing to wait for.
        await queue.finish()
        Self.stop(queue)
    }

    // What blocks is a plain function, as it is at the callers.
    private static func stop(_ queue: JobThreads) { queue.stop() }

    @Test("jobs that come after the end run, each once and not on the thread that brings them")
    func late() {
        let queue = Self.started(threads: 2)
        queue.stop()
        let record = Record()
        let names = Mutex<Set<String>>([])
        let over = DispatchSemaphore(value: 0)
        DispatchQueue.concurrentPerform(iterations: 4) { part in
            for number in 0..<250 {
                queue.append {
                    record.note(part * 250 + number)
                    names.withLock { _ = $0.insert(Self.threadName) }
                    over.signal()
                }
            }
        }
        for _ in 0..<1000 { #expect(over.wait(timeout: .now() + 10) == .success) }
        #expect(record.numbers.sorted() == Array(0..<1000))
        #expect(names.withLock { $0 } == ["test"])
    }

    @Test("threads have the first 15 bytes of the name", arguments: ["inbox", "a name that is too long"])
    func name(_ name: String) {
        let queue = JobThreads()
        queue.start(name: name, threads: 1)
        let seen = Mutex("")
        queue.append { seen.withLock { $0 = Self.threadName } }
        queue.stop()
        #expect(seen.withLock { $0 } == String(name.prefix(15)))
    }

    /// How tools show the thread that asks.
    private static var threadName: String {
        let bytes = (try? FileContents.read("/proc/thread-self/comm", limit: 256)) ?? []
        return String(decoding: bytes.dropLast(), as: UTF8.self)
    }
}
