import Encoding
import Synchronization
import TestSupport
import Testing

@Suite struct OrderedEncodingTests {
    private struct Failure: Error, Equatable {
        let piece: Int
    }

    private typealias Ordered = OrderedEncoding<Int, Int>

    private func text(_ next: Ordered.Next) -> String {
        switch next {
        case .output(let output): "\(output)"
        case .tick: "tick"
        case .finished: "finished"
        }
    }

    @Test(
        "results come in the order of the pieces, of which so many are under way", .timeLimit(.minutes(10)),
        arguments: [1, 2, 7], UInt64(1)...5)
    func keepsOrder(window: Int, seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let yields = (0..<100).map { _ in Int.random(in: 0...20, using: &generator) }
        let underWay = Mutex((now: 0, most: 0))
        var sent = 0
        var delivered: [Int] = []
        try await Ordered.pump(window: window) {
            guard sent < yields.count else { return nil }
            defer { sent += 1 }
            #expect(sent - delivered.count < window)
            return sent
        } encode: { piece in
            underWay.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
            for _ in 0..<yields[piece] { await Task.yield() }
            underWay.withLock { $0.now -= 1 }
            return piece
        } deliver: {
            delivered.append($0)
        }
        #expect(delivered == Array(0..<100), "\(generator)")
        #expect(underWay.withLock { $0.most } <= window)
    }

    @Test("what the encoder throws ends it, whatever the others wait for", .timeLimit(.minutes(10)))
    func encoderFails() async {
        var sent = 0
        await #expect(throws: Failure(piece: 3)) {
            try await Ordered.pump(window: 4) {
                sent += 1
                return sent
            } encode: { piece in
                if piece == 3 { throw Failure(piece: piece) }
                if piece > 3 { try await Task.sleep(for: .seconds(3600)) }
                return piece
            } deliver: { _ in
            }
        }
    }

    @Test("what the reader throws ends it while pieces are under way", .timeLimit(.minutes(10)))
    func readerFails() async {
        var sent = 0
        await #expect(throws: Failure(piece: 2)) {
            try await Ordered.pump(window: 4) {
                sent += 1
                if sent == 2 { throw Failure(piece: sent) }
                return sent
            } encode: { piece in
                try await Task.sleep(for: .seconds(3600))
                return piece
            } deliver: { _ in
            }
        }
    }

    @Test("a pump that is cancelled between two pieces throws and does not pass for finished", .timeLimit(.minutes(10)))
    func cancelledPump() async {
        let task = Task {
            var sent = 0
            try await Ordered.pump(window: 1) {
                sent += 1
                if sent == 3 { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
                return sent
            } encode: {
                $0
            } deliver: { _ in
            }
        }
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("nothing after a piece that is given up is delivered", .timeLimit(.minutes(10)))
    func givesUp() async throws {
        let encoding = Ordered()
        async let run: Void = encoding.run { $0 == 2 ? nil : $0 }
        for piece in 0..<5 { await encoding.send(piece) }
        encoding.finishSending()
        try await run
        var taken: [Int] = []
        while case .output(let output) = await encoding.next() { taken.append(output) }
        #expect(taken == [0, 1])
    }

    @Test("a cancelled runner lets the sender and the taker go, and keeps what was encoded", .timeLimit(.minutes(10)))
    func cancellation() async {
        let encoding = Ordered()
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await encoding.run { piece in
                    if piece > 0 { try await Task.sleep(for: .seconds(3600)) }
                    return piece
                }
            }
            await encoding.send(0)
            await encoding.send(1)
            #expect(text(await encoding.next()) == "0")
            group.cancelAll()
            #expect(text(await encoding.next()) == "finished")
            await encoding.send(2)
        }
    }

    @Test("a tick wakes the taker once, and never comes before a result", .timeLimit(.minutes(10)))
    func ticks() async throws {
        let encoding = Ordered()
        async let first = encoding.next()
        encoding.tick()
        #expect(text(await first) == "tick")
        async let run: Void = encoding.run { $0 }
        await encoding.send(7)
        encoding.finishSending()
        try await run
        encoding.tick()
        #expect(text(await encoding.next()) == "7")
        #expect(text(await encoding.next()) == "finished")
    }
}
