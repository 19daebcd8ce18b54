import Encoding
import TestSupport
import Testing

@Suite struct MicrobatchPlannerTests {
    private func tokens(_ lengths: [Int]) -> [[Int32]] { lengths.map { [Int32](repeating: 1, count: $0) } }

    @Test("microbatches stay below their token limit and keep the order")
    func fillsByTokens() {
        var planner = MicrobatchPlanner(batchTokens: 10, tokenLimit: 100)
        planner.enter(1, tokens([4, 4, 4]), lane: .bulk)
        planner.enter(2, tokens([6, 30, 1]), lane: .bulk)
        var formed: [[[Int]]] = []
        while let batch = planner.next() { formed.append(batch.items.map { [$0.request, $0.index] }) }
        #expect(formed == [[[1, 0], [1, 1]], [[1, 2], [2, 0]], [[2, 1]], [[2, 2]]])
    }

    @Test func interactiveGoesAheadAndAlone() {
        var planner = MicrobatchPlanner(batchTokens: 10, tokenLimit: 100)
        planner.enter(1, tokens([5, 5, 5]), lane: .bulk)
        _ = planner.next()
        planner.enter(2, tokens([2]), lane: .interactive)
        let (second, third) = (planner.next(), planner.next())
        #expect(second?.items.map(\.request) == [2])
        #expect(third?.items.map(\.request) == [1])
    }

    @Test("small files go before large ones, and leave them every fourth microbatch")
    func briefGoesFirstButNotForEver() {
        var planner = MicrobatchPlanner(batchTokens: 10, tokenLimit: 100)
        planner.enter(1, tokens([10, 10, 10]), lane: .bulk)
        planner.enter(2, tokens(Array(repeating: 10, count: 8)), lane: .brief)
        var order: [Int] = []
        while let batch = planner.next() { order += batch.items.map(\.request) }
        #expect(order == [2, 2, 2, 1, 2, 2, 2, 1, 2, 2, 1])
        planner.enter(3, tokens([10]), lane: .bulk)
        planner.enter(4, tokens([10]), lane: .brief)
        planner.enter(5, tokens([10]), lane: .interactive)
        #expect([planner.next(), planner.next(), planner.next()].map { $0?.items[0].request } == [5, 4, 3])
    }

    @Test(
        "the remaining passages are divided among the workers",
        arguments: [
            // Two passages alone keep two workers busy; a full batch is not divided.
            (2, [220, 220], [[0], [1]]),
            (2, [256, 256, 256, 256, 256, 256], [[0, 1], [2, 3], [4], [5]]),
            (4, [220, 220, 220, 220], [[0], [1], [2], [3]]),
            (1, [220, 220, 220], [[0, 1], [2]]),
            // Too little to be worth dividing.
            (2, [20, 20, 20, 20], [[0, 1, 2, 3]]),
        ]) func divides(workers: Int, lengths: [Int], expected: [[Int]])
    {
        var planner = MicrobatchPlanner(batchTokens: 512, tokenLimit: 65536, workers: workers)
        planner.enter(1, tokens(lengths), lane: .bulk)
        var formed: [[Int]] = []
        while let batch = planner.next() { formed.append(batch.items.map(\.index)) }
        #expect(formed == expected)
    }

    @Test("a long document keeps every worker busy until it ends", arguments: UInt64(1)...20)
    func longDocument(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let workers = Int.random(in: 1...8, using: &generator)
        var planner = MicrobatchPlanner(batchTokens: 512, tokenLimit: 65536, workers: workers)
        let lengths = (0..<2000).map { _ in Int.random(in: 100...254, using: &generator) }
        planner.enter(1, tokens(lengths), lane: .bulk)
        // Each worker takes the next microbatch when it has done the one before, a token a tick.
        var busyUntil = [Int](repeating: 0, count: workers)
        while let batch = planner.next() {
            guard let first = busyUntil.indices.min(by: { busyUntil[$0] < busyUntil[$1] }) else { return }
            busyUntil[first] += batch.tokens
            #expect(batch.tokens <= 512, "\(generator)")
        }
        #expect(busyUntil.reduce(0, +) == lengths.reduce(0, +), "\(generator)")
        // They end within one passage of each other.
        let spread = (busyUntil.max() ?? 0) - (busyUntil.min() ?? 0)
        #expect(spread <= 254, "\(generator): \(busyUntil)")
    }

    @Test("a query waits only for the microbatches in progress", arguments: UInt64(1)...20)
    func queriesNeverWait(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var planner = MicrobatchPlanner(batchTokens: 512, tokenLimit: 65536, workers: 2)
        for id in 0..<50 {
            let lengths = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
                Int.random(in: 3...254, using: &generator)
            }
            planner.enter(id, tokens(lengths), lane: .bulk)
        }
        for query in 1000..<1100 {
            for _ in 0..<Int.random(in: 0...3, using: &generator) { _ = planner.next() }
            planner.enter(query, tokens([Int.random(in: 3...254, using: &generator)]), lane: .interactive)
            #expect(planner.next()?.items.map(\.request) == [query], "\(generator)")
        }
    }

    @Test func whatIsGivenUpIsNotDivided() {
        var planner = MicrobatchPlanner(batchTokens: 512, tokenLimit: 65536, workers: 2)
        planner.enter(1, tokens([250, 250, 250, 250]), lane: .bulk)
        planner.enter(2, tokens([200, 200]), lane: .bulk)
        _ = planner.leave(1)
        #expect(planner.next()?.items.map(\.index) == [0], "half of what is left, not half of what was")
    }

    @Test func admissionIsBoundedAndFirstComeFirstServed() {
        var planner = MicrobatchPlanner(batchTokens: 10, tokenLimit: 10)
        // The first is larger than the limit and enters because nothing else is in flight.
        let entered = [(1, 50), (2, 6), (3, 6), (4, 1)].map { planner.requestAdmission($0, tokens: $1) }
        #expect(entered == [true, false, false, false])
        // After the first leaves there is room for 4 too, but 3 came before it.
        let admitted = [1, 2, 4, 3].map { planner.leave($0).admitted }
        #expect(admitted == [[2], [3, 4], [], []])
        #expect(planner.isEmpty)
    }

    @Test func aRequestGivenUpIsSkipped() {
        var planner = MicrobatchPlanner(batchTokens: 4, tokenLimit: 100)
        planner.enter(1, tokens([4, 4]), lane: .bulk)
        planner.enter(2, tokens([4]), lane: .bulk)
        let first = planner.next()
        _ = planner.leave(1)
        let second = planner.next()
        #expect(first?.items.map(\.request) == [1])
        #expect(second?.items.map(\.request) == [2])
    }
}
