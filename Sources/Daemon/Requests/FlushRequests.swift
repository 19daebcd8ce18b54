import Ingest
import Logging
import Platform
import Spool
import SystemPackage

/// The requests of people who wait until what they dropped is searchable.
///
/// It belongs to one thread.
struct FlushRequests {
    private struct Waiting {
        let request: SpoolRequest
        let folder: OpenDirectory
        let isOfDropper: Bool
        let wish: FlushWish
        var barrier = FlushBarrier()
        var isAnswered = false
    }

    private let spool: Spool
    private let live: LiveOptions
    private let board: StatusBoard
    private var waiting: [Waiting] = []
    private var glance = RequestGlance()
    private var nextLook = ContinuousClock.now

    /// How many are watched at a time; others wait in the folder.
    private static let most = 64
    /// How many of one owner: whoever waits for ever, or many times, leaves room for others.
    private static let mostOfOwner = 16

    init(spool: Spool, live: LiveOptions, board: StatusBoard) {
        self.spool = spool
        self.live = live
        self.board = board
        SpoolRequest.removeAbandoned(in: spool.requests)
    }

    /// Whether somebody waits for an answer.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Takes new requests, looks how far the old ones are, and answers those that are settled; blocks.
    mutating func look() throws(PlatformError) {
        let fault = try takeNew()
        try answerSettled()
        // Those that could be read do not wait for the others.
        if let fault { throw fault }
    }

    private mutating func answerSettled() throws(PlatformError) {
        guard !waiting.isEmpty, ContinuousClock.now >= nextLook else { return }
        let began = ContinuousClock.now
        let status = board.status
        for place in waiting.indices {
            if waiting[place].barrier.state == .inbox {
                let made = waiting[place].request.made
                let waited = RealTime.now.nanoseconds - made
                let older = OlderFiles(
                    ignore: live.current.ignore, blocked: status.inbox.notAwaited(after: waited),
                    recognizes: spool.isTaken)
                let isClear =
                    status.inbox.isIdle(after: waited) && status.hasMore == false
                    ? true
                    : try !older.exist(
                        in: spool.inbox, since: made, at: waiting[place].wish.places?.map { FilePath($0) })
                waiting[place].barrier.lookedAtInbox(isClear: isClear, next: board.marks.next)
            }
            waiting[place].barrier.lookedAtWork(oldest: board.marks.oldest)
            let isShort = Self.isShortOfText(status) && waiting[place].barrier.state != .inbox
            guard waiting[place].barrier.state == .settled || isShort else { continue }
            let answer = try answer(to: waiting[place], isShortOfText: isShort)
            try waiting[place].request.answer(answer, in: waiting[place].folder)
            waiting[place].isAnswered = true
        }
        waiting.removeAll(where: \.isAnswered)
        // A long look at a large inbox takes a tenth of the time at most.
        nextLook = began + began.duration(to: .now) * 10
    }

    /// Whether a single passage waits for others, without which there are no ranges, and none is on its way.
    private static func isShortOfText(_ status: SpoolStatus) -> Bool {
        status.calibratingPassages == 1 && status.inbox.queued + status.inbox.settling == 0 && status.inProgress == 0
    }

    /// Takes new requests; returns the fault for which some could not be read.
    private mutating func takeNew() throws(PlatformError) -> PlatformError? {
        let folders = RequestFolders(spool)
        guard try glance.isNews(folders) || !waiting.isEmpty else { return nil }
        var fault: PlatformError?
        do throws(PlatformError) {
            try take(folders, &fault)
        } catch {
            fault = error
        }
        // They are looked at again.
        if fault != nil { glance.lookAgain() }
        return fault
    }

    private mutating func take(_ folders: RequestFolders, _ fault: inout PlatformError?) throws(PlatformError) {
        let pending = try folders.pending(&fault).filter { $0.request.kind == .flush }
        // Those who gave up have taken their request away, unless it only could not be read.
        if fault == nil { waiting.removeAll { waiting in !pending.contains { $0.request == waiting.request } } }
        for (request, folder, isOfDropper) in pending
        where waiting.count < Self.most && !waiting.contains(where: { $0.request == request })
            && waiting.count(where: { $0.request.owner == request.owner }) < Self.mostOfOwner
        {
            let wish = FlushWish(request: try request.contents(in: folder) ?? [])
            waiting.append(
                Waiting(request: request, folder: folder, isOfDropper: isOfDropper, wish: wish))
        }
    }

    /// From when on somebody is told of failures, in nanoseconds since 1970.
    private static func since(_ request: SpoolRequest, _ wish: FlushWish) -> Int64 {
        // Who does not say when the drop began has dropped something a moment ago, and it may have failed by now.
        let latest = request.made - (wish.since == nil ? 60_000_000_000 : 0)
        return min(wish.since ?? latest, latest)
    }

    private func answer(to waiting: Waiting, isShortOfText: Bool) throws(PlatformError) -> String {
        let since = Self.since(waiting.request, waiting.wish)
        let files = try FailedFiles(spool.places)
        var failures: [LatestFailures.Entry] = []
        if let latest = board.failures(since: since) {
            for entry in latest where waiting.wish.wants(entry.path) {
                // It may have been mended since.
                if let file = entry.file, try !files.hasReport(of: file) { continue }
                failures.append(entry)
            }
        } else {
            // What failed before this process began, or a thousand failures ago, only `failed/` knows.
            failures = try files.all(since: since, atMost: LatestFailures.most) {
                waiting.wish.wants($0.displayName)
            }.map { LatestFailures.Entry($0) }
        }
        // Read anew: a commit may have come after the page that was looked at.
        var answer = FlushAnswer(
            request: waiting.request.id, status: board.status,
            failures: failures, wish: waiting.wish,
            owner: waiting.isOfDropper ? waiting.request.owner : nil)
        if isShortOfText { answer.addShortage() }
        return answer.json
    }
}

extension SpoolStatus.InboxState {
    /// The names that nobody waits for who has waited for so many nanoseconds, each with its reason.
    ///
    /// A copy that is being made when somebody begins to wait is given some seconds to end. A file that its writer keeps open for
    /// good, as a log, must not hold up the answer to everybody; the answer names it.
    package func notAwaited(after nanoseconds: Int64) -> [String: String] {
        guard nanoseconds > Self.patience else { return blocked }
        let written = listed.filter { $0.state == "being_written" }.map { ($0.path, $0.reason) }
        return blocked.merging(written) { blocked, _ in blocked }
    }

    /// Whether all that is left in the inbox is not awaited, where the page does not name all of it.
    ///
    /// The page is seconds old at most, so what was dropped before somebody began to wait is in it by then.
    package func isIdle(after nanoseconds: Int64) -> Bool {
        let named = listed.count { $0.state == "being_written" }
        return nanoseconds > Self.patience && queued + settling == 0
            && (blockedCount > blocked.count || beingWritten > named)
    }

    private static let patience: Int64 = 10_000_000_000
}
