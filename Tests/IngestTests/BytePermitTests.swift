import Ingest
import Synchronization
import Testing

@Suite struct BytePermitTests {
    /// Runs until the other task stands still.
    private func settle() async { for _ in 0..<200 { await Task.yield() } }

    @Test(.timeLimit(.minutes(10))) func holdsBackWhatDoesNotFit() async {
        let permit = BytePermit(limit: 10)
        await permit.acquire(6)
        let isAdmitted = Mutex(false)
        async let second: Void = {
            await permit.acquire(5)
            isAdmitted.withLock { $0 = true }
        }()
        await settle()
        #expect(!isAdmitted.withLock { $0 })
        permit.release(6)
        await second
        #expect(permit.used == 5)
    }

    @Test(.timeLimit(.minutes(10))) func admitsALargerOneAlone() async {
        let permit = BytePermit(limit: 10)
        await permit.acquire(1000)
        #expect(permit.used == 1000)
        async let next: Void = permit.acquire(1)
        await settle()
        permit.release(1000)
        await next
        #expect(permit.used == 1)
    }

    @Test(.timeLimit(.minutes(10))) func letsEverybodyThroughOnTheWayOut() async {
        let permit = BytePermit(limit: 1)
        await permit.acquire(1)
        async let second: Void = permit.acquire(1)
        await settle()
        permit.close()
        await second
        await permit.acquire(1_000_000)
    }

    @Test(.timeLimit(.minutes(10)), arguments: [1, 3, 100]) func manyGoThroughInTheirOrder(limit: Int) async {
        let permit = BytePermit(limit: limit)
        let (stream, held) = AsyncStream.makeStream(of: Int.self)
        async let released: [Int] = {
            var order: [Int] = []
            for await bytes in stream {
                order.append(bytes)
                #expect(permit.used <= max(limit, bytes))
                permit.release(bytes)
            }
            return order
        }()
        for bytes in 1...50 {
            await permit.acquire(bytes)
            held.yield(bytes)
        }
        held.finish()
        #expect(await released == Array(1...50))
        #expect(permit.used == 0)
    }
}
