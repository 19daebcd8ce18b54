import Platform
import Synchronization
import Testing

@Suite struct ThreadPoolTests {
    /// How the threads were ended before the late job arrived.
    enum Ending: CaseIterable, Sendable {
        case stop, finish, stopTwice
    }

    private static func end(_ pool: ThreadPool, _ ending: Ending) async {
        switch ending {
        case .stop: stop(pool)
        case .finish: await pool.finish()
        case .stopTwice:
            stop(pool)
            await pool.finish()
        }
    }

    // Blocking code is a plain function, as in the callers.
    private static func stop(_ pool: ThreadPool) { pool.stop() }

    @Test(.timeLimit(.minutes(10)), arguments: [1, 3], Ending.allCases)
    func runsAJobThatComesAfterItsEnd(threads: Int, ending: Ending) async {
        let pool = ThreadPool(name: "test", threads: threads)
        await Self.end(pool, ending)
        let count = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask(executorPreference: pool) { count.increment() }
            }
        }
        #expect(count.value == 100)
    }

    @Test(.timeLimit(.minutes(10))) func runsALateJobOfAnActor() async {
        let worker = Worker()
        #expect(await worker.add(1) == 1)
        Self.stop(worker)
        #expect(await worker.add(2) == 3)
        await worker.finish()
        #expect(await worker.add(3) == 6)
    }

    private static func stop(_ worker: Worker) { worker.stop() }

    @Test(.timeLimit(.minutes(10))) func finishWaitsForWhatIsQueued() async {
        let pool = ThreadPool(name: "test", threads: 2)
        let count = Counter()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask(executorPreference: pool) { count.increment() }
            }
            await group.waitForAll()
            await pool.finish()
            #expect(count.value == 100)
        }
    }

    private final class Counter: Sendable {
        private let stored = Mutex(0)

        var value: Int { stored.withLock { $0 } }

        func increment() { stored.withLock { $0 += 1 } }
    }

    private actor Worker {
        private let thread = WorkerThread(name: "test")
        private var sum = 0

        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

        func add(_ value: Int) -> Int {
            sum += value
            return sum
        }

        nonisolated func stop() { thread.stop() }

        nonisolated func finish() async { await thread.finish() }
    }
}
