import FoundationEssentials
import Indexing
import Ingest
import Platform
import Spool

/// The requests of people who want documents to be forgotten.
///
/// What they mean is looked up here, and the committing thread carries it out. It belongs to one thread.
struct ForgetRequests {
    private struct Waiting {
        let request: SpoolRequest
        /// The number of the order; nil when it only has to be answered.
        var number: Int?
        var answer: ForgetAnswer
    }

    private let spool: Spool
    private let live: LiveOptions
    private let board: StatusBoard
    private let heart: Heartbeat
    private var waiting: [Waiting] = []
    /// Requests that were answered and could not be removed yet.
    private var answered: Set<String> = []
    private var glance = RequestGlance()

    init(spool: Spool, live: LiveOptions, board: StatusBoard, heart: Heartbeat) {
        self.spool = spool
        self.live = live
        self.board = board
        self.heart = heart
    }

    /// Whether somebody waits for an answer.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Takes new requests, and answers those that are carried out; blocks.
    ///
    /// An answer that cannot be written stays here for the next look: taken anew, the request would hit what was dropped since.
    mutating func look() throws(PlatformError) {
        answered = answered.filter { !SpoolRequest.withdraw($0, in: spool.requests) }
        let fault = try takeNew()
        for place in waiting.indices.reversed() {
            if let number = waiting[place].number {
                guard let outcome = board.forgets.takeOutcome(of: number) else { continue }
                waiting[place].number = nil
                switch outcome {
                case .success(let outcome): waiting[place].answer.add(outcome)
                case .failure(let error): waiting[place].answer.refusal = error.message
                }
            }
            if waiting[place].request.isWithdrawn(in: spool.requests) {
                // Nobody would take the answer.
                waiting.remove(at: place)
                continue
            }
            let isGone = try waiting[place].request.answer(waiting[place].answer.json, in: spool.requests)
            let ended = waiting.remove(at: place)
            if !isGone { answered.insert(ended.request.id) }
        }
        // Those that could be read do not wait for the others.
        if let fault { throw fault }
    }

    /// Takes new requests; returns the fault for which some could not be read.
    private mutating func takeNew() throws(PlatformError) -> PlatformError? {
        // Without a daemon's files in work known, what waits there would be held for unknown.
        guard board.status.isRecovered else { return nil }
        guard try glance.isNews([spool.requests]) else { return nil }
        var fault: PlatformError?
        do throws(PlatformError) {
            let wishes = try SpoolRequest.pending(in: spool.requests, &fault).filter { $0.kind == .forget }
            for request in wishes { try take(request) }
            board.forgets.unread.read(Set(wishes.map(\.id)), isAll: fault == nil)
        } catch {
            fault = error
        }
        // They are looked at again.
        if fault != nil { glance.lookAgain() }
        return fault
    }

    private mutating func take(_ request: SpoolRequest) throws(PlatformError) {
        guard !answered.contains(request.id), !waiting.contains(where: { $0.request.id == request.id }),
            let contents = try request.contents(in: spool.requests)
        else { return }
        if try request.isAnswered(in: spool.requests) {
            answered.insert(request.id)
        } else {
            waiting.append(begin(request, contents))
        }
    }

    /// Orders what is asked for, or says why not.
    private func begin(_ request: SpoolRequest, _ contents: [UInt8]) -> Waiting {
        func answered(_ answer: ForgetAnswer) -> Waiting { Waiting(request: request, number: nil, answer: answer) }
        let tooOld = ForgetAnswer(refusal: "the request was made long ago; run the command again")
        guard !UnreadWishes.isTooOld(request.made) else { return answered(tooOld) }
        do {
            let wish = try JSONDecoder().decode(ForgetWish.self, from: Data(contents))
            if let refusal = wish.refusal(spool, keepDoneDays: live.current.keepDoneDays) {
                return answered(ForgetAnswer(refusal: refusal))
            }
            let selection = try ForgetSelection(
                wish, spool: spool, index: live.current.indexing.indexDirectory, ignore: live.current.ignore,
                joined: board.pathsInWork
            ) { heart.beat() }
            var answer = ForgetAnswer(selection, isDryRun: wish.isDryRun)
            guard !wish.isDryRun, !selection.documents.isEmpty else { return answered(answer) }
            let order = ForgetOrder(
                Array(selection.documents), isDeleting: wish.isDeleting, isOfMissing: wish.isOfMissing,
                made: request.made, wish: request.id)
            // Nothing was claimed until now, and is any more that the order names.
            guard !UnreadWishes.isTooOld(request.made) else { return answered(tooOld) }
            let number = board.forgets.submit(order) { [requests = spool.requests] in
                request.isWithdrawn(in: requests)
            }
            if let number {
                return Waiting(request: request, number: number, answer: answer)
            }
            answer.refusal = "too many requests to forget are waiting; try again later"
            return answered(answer)
        } catch {
            return answered(ForgetAnswer(refusal: error is DecodingError ? "the request cannot be read" : "\(error)"))
        }
    }
}
