import Ingest
import Testing

/// What stages wait for: the end of all files, the wish to stop, a change of the status.
@Suite(.timeLimit(.minutes(10))) struct WaitingTests {
    private func settle() async { for _ in 0..<200 { await Task.yield() } }

    @Test func filesAreCountedByTheirPaths() async {
        let files = FilesInFlight()
        files.enter([1])
        #expect(files.isAlone([1]))
        files.enter([1])
        #expect(!files.isAlone([1]))
        async let none: Void = files.waitUntilNone()
        await settle()
        #expect(files.isAwaited)
        files.leave([1])
        #expect(files.isAlone([1]))
        files.leave([1])
        await none
        #expect(files.count == 0)
    }

    @Test func whoWaitsForTheEndOfAllFilesIsLetThroughOnTheWayOut() async {
        let files = FilesInFlight()
        // With no file in flight there is nothing to wait for.
        await files.waitUntilNone()
        files.enter([1])
        async let none: Void = files.waitUntilNone()
        await settle()
        files.close()
        await none
        #expect(!files.isAwaited)
        await files.waitUntilNone()
        #expect(files.count == 1)
    }

    @Test func stoppingWakesWhoSleeps() async {
        let stop = StopSignal()
        async let sleep: Void = stop.sleep(for: .seconds(3600))
        await settle()
        stop.request()
        await sleep
        #expect(stop.isRequested)
        // From then on nobody waits.
        await stop.sleep(for: .seconds(3600))
    }

    @Test func aCancelledTaskWaitsForNobody() async {
        let stop = StopSignal()
        let bell = ChangeBell()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await stop.wait() }
            group.addTask { await bell.wait(atMost: .seconds(3600)) }
            await settle()
            group.cancelAll()
        }
        #expect(!stop.isRequested)
    }

    @Test func aRingThatWokeSomebodyIsOver() async {
        let bell = ChangeBell()
        async let wait: Void = bell.wait(atMost: .seconds(3600))
        await settle()
        bell.ring()
        await wait
        #expect(!bell.isRung)
        // One that came before the wait is over with it as well.
        bell.ring()
        #expect(bell.isRung)
        await bell.wait(atMost: .seconds(3600))
        #expect(!bell.isRung)
        await bell.wait(atMost: .milliseconds(1))
    }

    @Test func aRingBeforeTheWaitIsNotLost() async {
        let bell = ChangeBell()
        bell.ring()
        bell.ring()
        await bell.wait(atMost: .seconds(3600))
    }
}
