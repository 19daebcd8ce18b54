import Ingest
import Testing

@Suite("When everything that was dropped before is settled")
struct FlushBarrierTests {
    private enum Step: Sendable {
        case inbox(Bool, Int?)
        case work(Int?)
    }

    private static let cases: [([Step], FlushBarrier.State)] = [
        ([], .inbox),
        // A file of that time lies in the inbox.
        ([.inbox(false, 3), .work(nil)], .inbox),
        // None does, but one may be on its way into the pipeline.
        ([.inbox(true, nil), .work(nil)], .inbox),
        ([.inbox(true, 3)], .work(upTo: 3)),
        // Number 2 is of that time, number 3 came later.
        ([.inbox(true, 3), .work(2)], .work(upTo: 3)),
        ([.inbox(true, 3), .work(3)], .settled),
        ([.inbox(true, 3), .work(nil)], .settled),
        // What comes into the inbox later is not waited for.
        ([.inbox(true, 3), .inbox(false, 9), .work(2)], .work(upTo: 3)),
        ([.inbox(true, 3), .inbox(true, 9), .work(3)], .settled),
        ([.inbox(true, 3), .work(nil), .work(1), .inbox(false, 1)], .settled),
        // Nothing is settled before the inbox was looked at.
        ([.work(nil)], .inbox),
    ]

    @Test(arguments: cases.indices)
    func steps(place: Int) {
        let (steps, state) = Self.cases[place]
        var barrier = FlushBarrier()
        for step in steps {
            switch step {
            case .inbox(let isClear, let next): barrier.lookedAtInbox(isClear: isClear, next: next)
            case .work(let oldest): barrier.lookedAtWork(oldest: oldest)
            }
        }
        #expect(barrier.state == state)
    }
}
