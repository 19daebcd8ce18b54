import Ingest
import Testing

@Suite struct CommitPaceTests {
    static let delay = Duration.seconds(1)

    @Test func aLoneFileIsCommittedAtOnce() {
        let pace = CommitPace(isDraining: false)
        #expect(pace.isDue(.init(rows: 1, ends: 1, isLast: true), maximumDelay: Self.delay))
    }

    @Test func filesThatTrickleInShareCommits() {
        var pace = CommitPace(isDraining: false)
        pace.note(isLast: true)
        #expect(!pace.isDue(.init(rows: 1, ends: 1, isLast: true), maximumDelay: Self.delay))
        #expect(pace.isDue(.init(rows: 1, ends: 1, age: .seconds(1), isLast: true), maximumDelay: Self.delay))
        #expect(pace.isDue(.init(rows: 256, ends: 1, isLast: true), maximumDelay: Self.delay))
    }

    @Test func theCommitsOfABacklogBecomeRarer() {
        var pace = CommitPace(isDraining: false)
        var seconds = 1
        for _ in 0..<20 {
            let wanted = min(seconds, 300)
            let rows = CommitPace.Waiting(rows: 5000, ends: 10, age: .seconds(wanted) - .milliseconds(1))
            #expect(!pace.isDue(rows, maximumDelay: Self.delay))
            #expect(pace.isDue(.init(rows: 5000, ends: 10, age: .seconds(wanted)), maximumDelay: Self.delay))
            pace.note(isLast: false)
            seconds *= 2
        }
        pace.note(isLast: true)
        #expect(pace.isDue(.init(rows: 1, ends: 1, age: .seconds(1)), maximumDelay: Self.delay))
    }

    @Test func aDelayOfADayStaysOne() {
        let pace = CommitPace(isDraining: false)
        #expect(!pace.isDue(.init(rows: 1, age: .seconds(86_399)), maximumDelay: .seconds(86_400)))
        #expect(pace.isDue(.init(rows: 1, age: .seconds(86_400)), maximumDelay: .seconds(86_400)))
    }

    @Test func aRunThatDrainsCommitsFullShardsOnly() {
        let pace = CommitPace(isDraining: true)
        #expect(!pace.isDue(.init(rows: 5000, ends: 10, age: .seconds(86_400)), maximumDelay: Self.delay))
        #expect(pace.isDue(.init(rows: 5000, ends: 10, isLast: true), maximumDelay: Self.delay))
    }

    @Test(arguments: [
        (CommitPace.Waiting(rows: 99), false), (.init(rows: 100), true), (.init(ends: 16_384), true),
        (.init(bytes: 48 << 20), true), (.init(rows: 1, bytes: 1, ends: 1), false),
    ])
    func aShardIsFull(waiting: CommitPace.Waiting, isFull: Bool) {
        #expect(CommitPace.isFull(waiting, maximumRows: 100) == isFull)
    }
}
