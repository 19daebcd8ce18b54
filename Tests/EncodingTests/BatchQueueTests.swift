import Encoding
import Testing

@Suite struct BatchQueueTests {
    private func tokens(_ lengths: [Int]) -> [[Int32]] { lengths.map { [Int32](repeating: 1, count: $0) } }

    @Test("microbatches stay under their tokens and keep the order")
    func fillsByTokens() {
        var queue = BatchQueue(batchTokens: 10, tokenLimit: 100)
        queue.enter(1, tokens([4, 4, 4]), lane: .bulk)
        queue.enter(2, tokens([6, 30, 1]), lane: .bulk)
        var formed: [[[Int]]] = []
        while let batch = queue.next() { formed.append(batch.items.map { [$0.request, $0.index] }) }
        #expect(formed == [[[1, 0], [1, 1]], [[1, 2], [2, 0]], [[2, 1]], [[2, 2]]])
    }

    @Test func interactiveGoesAheadAndAlone() {
        var queue = BatchQueue(batchTokens: 10, tokenLimit: 100)
        queue.enter(1, tokens([5, 5, 5]), lane: .bulk)
        _ = queue.next()
        queue.enter(2, tokens([2]), lane: .interactive)
        let (second, third) = (queue.next(), queue.next())
        #expect(second?.items.map(\.request) == [2])
        #expect(third?.items.map(\.request) == [1])
    }

    @Test func admissionIsBoundedAndFirstComeFirstServed() {
        var queue = BatchQueue(batchTokens: 10, tokenLimit: 10)
        // The first is larger than the limit and enters because nothing else is in flight.
        let entered = [(1, 50), (2, 6), (3, 6), (4, 1)].map { queue.requestAdmission($0, tokens: $1) }
        #expect(entered == [true, false, false, false])
        // After the first leaves there is room for 4 too, but 3 came before it.
        let admitted = [1, 2, 4, 3].map { queue.leave($0).admitted }
        #expect(admitted == [[2], [3, 4], [], []])
        #expect(queue.isEmpty)
    }

    @Test func aRequestGivenUpIsSkipped() {
        var queue = BatchQueue(batchTokens: 4, tokenLimit: 100)
        queue.enter(1, tokens([4, 4]), lane: .bulk)
        queue.enter(2, tokens([4]), lane: .bulk)
        let first = queue.next()
        _ = queue.leave(1)
        let second = queue.next()
        #expect(first?.items.map(\.request) == [1])
        #expect(second?.items.map(\.request) == [2])
    }
}
