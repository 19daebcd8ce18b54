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
        /// The number of the order.
        let number: Int
        var answer: ForgetAnswer
    }

    private let spool: Spool
    private let live: LiveOptions
    private let board: StatusBoard
    private var waiting: [Waiting] = []
    private var folder: FileStatus?

    /// Whoever has left an older one waits no more: it must not hit what was dropped since.
    private static let longestAge: Int64 = 60_000_000_000

    init(spool: Spool, live: LiveOptions, board: StatusBoard) {
        self.spool = spool
        self.live = live
        self.board = board
    }

    /// Takes new requests, and answers those that are carried out; blocks.
    mutating func look() throws(PlatformError) {
        try takeNew()
        for place in waiting.indices.reversed() {
            guard let outcome = board.forgets.takeOutcome(of: waiting[place].number) else { continue }
            var ended = waiting.remove(at: place)
            switch outcome {
            case .success(let outcome): ended.answer.add(outcome)
            case .failure(let error): ended.answer.refusal = error.message
            }
            try answer(ended.request, ended.answer)
        }
    }

    private mutating func takeNew() throws(PlatformError) {
        // Without a daemon's files in work known, what waits there would be held for unknown.
        guard board.status.isRecovered else { return }
        let now = try spool.requests.status()
        // What changes within a tick of the file system's clock leaves no mark.
        guard folder.map({ !$0.isSameVersion(as: now) || !$0.isSettled(for: 100_000_000) }) ?? true else { return }
        folder = now
        for request in try SpoolRequest.pending(in: spool.requests) where request.kind == .forget {
            guard !waiting.contains(where: { $0.request == request }) else { continue }
            try take(request)
        }
    }

    private mutating func take(_ request: SpoolRequest) throws(PlatformError) {
        guard let contents = request.contents(in: spool.requests) else { return }
        guard RealTime.now.nanoseconds - request.made < Self.longestAge else {
            return try answer(request, ForgetAnswer(refusal: "the request was made long ago; run the command again"))
        }
        let result: ForgetAnswer
        do {
            let wish = try JSONDecoder().decode(ForgetWish.self, from: Data(contents))
            if let refusal = wish.refusal(spool, keepDoneDays: live.current.keepDoneDays) {
                result = ForgetAnswer(refusal: refusal)
            } else {
                let selection = try ForgetSelection(
                    wish, spool: spool, index: live.current.indexing.indexDirectory, working: board.pathsInWork)
                var said = ForgetAnswer(selection, isDryRun: wish.isDryRun)
                if !wish.isDryRun, !selection.documents.isEmpty {
                    let order = ForgetOrder(
                        Array(selection.documents), isDeleting: wish.isDeleting, isOfMissing: wish.isOfMissing)
                    if let number = board.forgets.submit(order) {
                        return waiting.append(Waiting(request: request, number: number, answer: said))
                    }
                    said.refusal = "too many requests to forget are waiting; try again later"
                }
                result = said
            }
        } catch {
            result = ForgetAnswer(refusal: error is DecodingError ? "the request cannot be read" : "\(error)")
        }
        try answer(request, result)
    }

    private func answer(_ request: SpoolRequest, _ answer: ForgetAnswer) throws(PlatformError) {
        try request.answer(answer.json, in: spool.requests)
    }
}
