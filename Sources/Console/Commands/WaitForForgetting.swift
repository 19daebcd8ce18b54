import FoundationEssentials
import Ingest
import Inspection
import Platform
import Settings
import Spool
import SystemPackage

/// Leaves a wish to forget, and waits until the daemon has answered it, or does it where none runs.
///
/// The request lies there in any case: while it does no daemon claims a file, be it one that starts or ends meanwhile, and what is
/// dropped after it was left is not forgotten.
struct WaitForForgetting {
    let wish: ForgetWish
    let requests: OpenDirectory
    let place: DaemonOption.Place

    /// How long a process may hold the spool without having said that it is a daemon, as one does that starts or ends, and
    /// how long a daemon may hang or wait for the system.
    private static let patience = Duration.seconds(30)
    /// How long a daemon that works may take to begin; it does not carry out what is older.
    private static let longestHearing = UnreadWishes.longestAge
    /// How often it is looked whether a daemon runs, and how one does.
    private static let interval = Duration.milliseconds(500)

    /// Waits for the answer.
    ///
    /// - Throws: `ConsoleError`; `ShardsError` and `PlatformError` where no daemon runs.
    func answer() async throws -> ForgetAnswer {
        if place.running == nil { try checkUser() }
        InterruptSignal.note()
        let id: String
        do throws(PlatformError) {
            id = try wish.leave(in: requests)
        } catch {
            throw DaemonOption.Place.refusal(error)
        }
        do {
            return try await answer(to: id)
        } catch {
            SpoolRequest.withdraw(id, in: requests)
            throw error is DecodingError ? ConsoleError(.input, "the daemon's answer cannot be read") : error
        }
    }

    private func answer(to id: String) async throws -> ForgetAnswer {
        var progress = ProgressLine()
        defer { progress.finish() }
        let began = ContinuousClock.now
        var nextCheck = place.running == nil ? ContinuousClock.now : .now + Self.interval
        var stuckSince: ContinuousClock.Instant?
        while true {
            if let answer = try takeAnswer(to: id) { return answer }
            guard !InterruptSignal.hasCome else {
                throw ConsoleError(
                    .busy,
                    "interrupted; the request is withdrawn, so nothing is forgotten unless the daemon had begun: "
                        + "'vectorspool log' tells")
            }
            if ContinuousClock.now >= nextCheck {
                nextCheck = .now + Self.interval
                let page = place.running?.page
                if page == nil, let answer = try answerUnattended(id) { return answer }
                // Many documents take their time, while the page goes on.
                let isUnheard = began.duration(to: .now) > Self.longestHearing && !hasBegun
                let isStuck = page.map { $0.isOld == true || $0.pausedReason != nil || isUnheard } ?? true
                stuckSince = isStuck ? stuckSince ?? .now : nil
                if let stuckSince, stuckSince.duration(to: .now) >= Self.patience {
                    SpoolRequest.withdraw(id, in: requests)
                    if let answer = try takeAnswer(to: id) { return answer }
                    throw impatience(page)
                }
                progress.show(
                    page.map { "waiting for the daemon: \($0.summary)" } ?? "waiting for a daemon that starts or ends")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private func takeAnswer(to id: String) throws -> ForgetAnswer? {
        try SpoolRequest.takeAnswer(to: id, in: requests).map {
            try JSONDecoder().decode(ForgetAnswer.self, from: Data($0))
        }
    }

    /// Does it here; nil where a process has the spool.
    private func answerUnattended(_ id: String) throws -> ForgetAnswer? {
        try checkUser()
        let spool: UnattendedSpool
        do throws(SpoolError) {
            spool = try UnattendedSpool(place.settings.ingest)
        } catch {
            guard error.code == .busy else { throw error }
            return nil
        }
        // A daemon may have answered right before it ended.
        if let answer = try takeAnswer(to: id) { return answer }
        let made = try SpoolRequest.made(id, in: requests)
        SpoolRequest.withdraw(id, in: requests)
        return try spool.forget(wish, made: made, wish: id)
    }

    /// Refuses to write files of which the daemon would not be the owner.
    private func checkUser() throws(ConsoleError) {
        guard let owner = (try? FileStatus.of(place.spool.work))?.owner, owner != CurrentProcess.user else { return }
        throw ConsoleError(
            .cannotWrite,
            "no daemon runs, and the spool belongs to user \(owner): start the daemon, and run this again when vectorspool "
                + "status says Ready; or run this with sudo -u '#\(owner)'")
    }

    /// Whether the daemon is forgetting something now.
    private var hasBegun: Bool { FileStatus.exists(place.spool.root.appending(Forgetting.orderName)) }

    private func impatience(_ page: SpoolStatus?) -> ConsoleError {
        let time = Figures.time(Self.patience)
        guard let page else {
            return ConsoleError(
                .busy,
                "nothing was forgotten, since a process has the spool and has not said for \(time) that it is a daemon: see its "
                    + "log, and run this again")
        }
        guard !hasBegun else {
            return ConsoleError(
                .busy,
                "the daemon has begun to forget and cannot go on: \(page.summary). Searches do not find the documents any more, and "
                    + "some of their files are where they were; the daemon goes on by itself as soon as it can, also after a start"
            )
        }
        return ConsoleError(
            .busy,
            "nothing was forgotten, since the daemon has not answered for \(time): \(page.summary); the request is withdrawn, so "
                + "run this again when vectorspool status says Ready")
    }
}
