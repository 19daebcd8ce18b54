import Documents
import Encoding
import Identity
import Indexing
import Logging
import Platform
import Quantization
import Shards
import Spool
import SystemPackage

/// The last stage of a lane: puts rows into its open shard, commits it, and moves the files on.
///
/// It runs on the thread of commits, while the next pieces are being encoded; both lanes share the thread, so that one commit
/// follows another. What must be durable is made so for a whole group at once.
struct CommitStage {
    let context: PipelineContext
    let input: OrderedEncoding<Piece, EncodedPiece>
    let permit: BytePermit
    /// Whether nothing is to be expected from the inbox.
    let isInboxIdle: @Sendable () -> Bool
    var group = OpenGroup()
    var pace: CommitPace
    /// Pieces that wait for ranges.
    var uncalibrated: [EncodedPiece] = []
    var uncalibratedRows = 0
    /// Files that wait for being moved to `failed/` together.
    var failing: [Ticket] = []
    private var hasToldShortage = false
    private static let failingAtOnce = 256
    /// When it last looked at what need not wait for a commit.
    private var glanced: ContinuousClock.Instant?
    /// How often the clock is looked at while something waits for its commit.
    private static let tick = Duration.milliseconds(100)
    /// A folder of the inbox that this long nobody has put anything into is not waited for any more.
    private static let quiet = Duration.seconds(10)

    init(
        context: PipelineContext, input: OrderedEncoding<Piece, EncodedPiece>, permit: BytePermit, isDraining: Bool,
        isInboxIdle: @escaping @Sendable () -> Bool
    ) {
        self.context = context
        self.input = input
        self.permit = permit
        self.isInboxIdle = isInboxIdle
        pace = CommitPace(isDraining: isDraining)
    }

    mutating func run() async throws {
        defer { context.heart.rest() }
        while true {
            context.heart.rest()
            let next = await input.next(within: wait)
            context.heart.beat()
            switch next {
            case .output(let encoded):
                // Released before its rows are committed: they are counted by the shard that they are in.
                defer { permit.release(encoded.piece.weight) }
                try await take(encoded)
            case .tick: glanced = nil
            case .finished:
                try await finish()
                try await forget()
                return await tidy()
            }
            try await glance()
            try await commitIfDue()
        }
    }

    /// Does what need not wait for a commit; under load not with every piece.
    private mutating func glance() async throws {
        if let glanced, glanced.duration(to: .now) < Self.tick { return }
        glanced = .now
        try await flushFailing()
        try await forget()
        context.emptied.removeNowAndThen(quietFor: Self.quiet)
    }

    /// How long to wait for the next piece before the clock is looked at: seldom, while there is nothing to commit.
    private var wait: Duration {
        if group.isEmpty, failing.isEmpty, uncalibrated.isEmpty {
            return context.emptied.isEmpty ? Self.quiet : .seconds(1)
        }
        return max(min(context.options.maximumDelay / 4, Self.tick), .milliseconds(10))
    }

    /// Removes the folders that this run has emptied, since there is no later.
    private func tidy() async {
        guard pace.isDraining, !context.emptied.isEmpty, !context.board.isStopping else { return }
        let quiet = min(context.options.settle, .seconds(2))
        await context.board.stopping.sleep(for: quiet)
        context.emptied.remove(quietFor: quiet)
    }

    private mutating func finish() async throws {
        try await flushFailing()
        if !context.index.hasIndex, !uncalibrated.isEmpty {
            guard uncalibratedRows >= 2 else {
                // One passage has no range; the file stays in work/ and is taken over at the next start.
                context.logger.notice("too little text to calibrate with; it stays in work/ until more comes")
                return
            }
            try await calibrate()
        }
        context.shard.abandonDocument()
        if !group.isEmpty { try await commit() }
        try await flushFailing()
    }

    // MARK: - Rows

    mutating func take(_ encoded: EncodedPiece) async throws {
        group.begin()
        guard context.index.hasIndex else {
            return try await keep(encoded)
        }
        let dimension = context.model.identity.dimension
        var row = 0
        for (place, item) in encoded.piece.items.enumerated() {
            context.heart.beat()
            switch item {
            case .passages(let passages):
                let end = row + passages.count
                if let fault = encoded.refusals[place] { group.documentFault = group.documentFault ?? fault }
                try await add(passages, encoded.vectors[row * dimension..<end * dimension])
                row = end
            case .stored(let rows): try await add(rows)
            case .void: abandonDocument()
            case .document(let record): try await close(record)
            case .deferred(let ticket):
                withdraw()
                context.leave(ticket)
            case .withdrawn: withdraw()
            case .end(let ticket): try await close(ticket)
            }
        }
    }

    /// Keeps a piece until there are ranges; files that are at fault as a whole, or are put off, need not wait for that.
    private mutating func keep(_ encoded: EncodedPiece) async throws {
        var kept = encoded
        var places: [Int: DocumentFault] = [:]
        kept.piece.items = []
        for (place, item) in encoded.piece.items.enumerated() {
            switch item {
            case .end(let ticket) where ticket.fault != nil && ticket.staying.isEmpty: try await fail(ticket)
            case .deferred(let ticket): context.leave(ticket)
            default:
                places[kept.piece.items.count] = encoded.refusals[place]
                kept.piece.items.append(item)
                continue
            }
            // Else the next file would be given what came of this one.
            switch kept.piece.items.last ?? uncalibrated.last?.piece.items.last {
            case nil, .end, .withdrawn: break
            default: kept.piece.items.append(.withdrawn)
            }
        }
        kept.refusals = places
        guard !kept.piece.isEmpty else { return }
        uncalibrated.append(kept)
        uncalibratedRows += kept.piece.rowCount
        let rows = uncalibratedRows
        context.board.note { $0.calibratingPassages = rows }
    }

    private mutating func add(_ passages: [PreparedPassage], _ vectors: ArraySlice<Float>) async throws {
        let dimension = context.model.identity.dimension
        var start = vectors.startIndex
        for passage in passages where group.documentFault == nil {
            let vector = Array(vectors[start..<start + dimension])
            start += dimension
            do {
                // Row by row, since a row that was refused memory can be added again.
                try await context.gate.retrying("adding rows") {
                    try context.shard.append([passage.passage], vectors: vector)
                }
            } catch let error as QuantizationError {
                group.documentFault = .encoder("\(error)")
            } catch let error as ShardsError where error.code == .invalid {
                group.documentFault = .unstorable(error.message)
            }
        }
    }

    private mutating func add(_ rows: StoredRows.Rows) async throws {
        guard group.documentFault == nil else { return }
        do {
            try await context.gate.retrying("adding rows") { try context.shard.append(rows) }
        } catch let error as ShardsError where error.code == .invalid {
            group.documentFault = .unstorable(error.message)
        }
    }

    private mutating func close(_ record: ShardDocument) async throws {
        if let fault = group.documentFault {
            context.shard.abandonDocument()
            return group.addRefused(fault)
        }
        let digest = IdentifierDigest(record.identifier)
        // Committed meanwhile by a version that was in flight before it.
        if !group.digests.contains(digest), context.index.key(of: digest) == KeyPrefix(record.key) {
            context.shard.abandonDocument()
            return group.addUnchanged()
        }
        do throws(ShardsError) {
            try context.shard.finish(record)
        } catch {
            guard error.code == .invalid else { throw error }
            context.shard.abandonDocument()
            return group.addRefused(.unstorable(error.message))
        }
        group.add(digest, claim: record.claim)
        // A file of many documents may go on for long; it is committed in parts.
        try await commitIfFull()
    }

    private mutating func close(_ ticket: Ticket) async throws {
        // Passages whose document never came: the file was found to be at fault on the way.
        abandonDocument()
        let isPending = group.openClaim != nil
        let ticket = group.close(ticket)
        if ticket.fault != nil || ticket.isRefusedWhole, !isPending {
            try await fail(ticket)
        } else {
            group.ends.append(OpenGroup.End(ticket: ticket, documentsBefore: context.shard.documentCount))
        }
        try await commitIfFull()
    }

    /// What has come of the document that is open is void.
    private mutating func abandonDocument() {
        context.shard.abandonDocument()
        group.documentFault = nil
    }

    /// What has come of the file that is open is void; it is read again from its beginning, if at all.
    private mutating func withdraw() {
        abandonDocument()
        group.putOff()
    }

    /// Puts a file with those that are to be moved to `failed/`.
    mutating func fail(_ ticket: Ticket) async throws {
        if let lines = ticket.badLinesFile { context.spool.failed.removeIfPresent(lines) }
        failing.append(ticket)
        if failing.count >= Self.failingAtOnce { try await flushFailing() }
    }

    private mutating func flushFailing() async throws {
        while !failing.isEmpty {
            failing = try await withoutForgotten(failing)
            context.heart.beat()
            let tickets = failing
            let failures = tickets.map { ticket in
                let fault = ticket.fault ?? ticket.refused.first.first ?? .emptyFile
                return context.failure(ticket, fault, stage: ticket.fault == nil ? "encode" : ticket.faultStage)
            }
            let isMoved = try await context.fail(failures) { [context] in
                // Something may have been forgotten while the system was waited for.
                !tickets.contains { context.forgotten($0.file, as: $0.documentPath) != nil }
            }
            guard isMoved else { continue }
            failing = []
            context.board.note { status in
                for ticket in tickets {
                    if ticket.file.status.kind == .regular { status.failedFiles += 1 } else { status.refusedNames += 1 }
                }
            }
            for ticket in tickets { context.leave(ticket) }
            try await noteInPlace(tickets, .failed)
        }
    }

    // MARK: - When

    private var waiting: CommitPace.Waiting {
        CommitPace.Waiting(
            rows: context.shard.rowCount + uncalibratedRows, bytes: context.shard.byteCount,
            ends: group.ends.count, age: group.began.map { $0.duration(to: .now) } ?? .zero, isLast: isLast)
    }

    /// Whether every file of the lane that was claimed has come to its end here, and no other is to be expected.
    var isLast: Bool {
        let ended = failing.count + group.ends.count + uncalibrated.reduce(0) { $0 + $1.piece.endCount }
        return (isInboxIdle() || context.files.isAwaited) && context.files.count(context.lane) <= ended
    }

    private mutating func tellShortage() {
        guard uncalibratedRows > 0, !hasToldShortage else { return }
        hasToldShortage = true
        context.logger.notice(
            "too little text to make ranges from: one passage waits in work/ until more comes, or a start with --ranges"
        )
    }

    private mutating func commitIfFull() async throws {
        guard CommitPace.isFull(waiting, maximumRows: context.options.maximumRows) else { return }
        try await commit()
    }

    private mutating func commitIfDue() async throws {
        let options = context.options
        if !context.index.hasIndex {
            let isEnough = uncalibratedRows >= options.indexing.calibrationPassages
            guard isEnough || waiting.isLast && waiting.age >= options.maximumDelay else { return }
            guard uncalibratedRows >= 2 else { return tellShortage() }
            try await calibrate()
        }
        // A document goes into one shard whole.
        guard !group.isEmpty, context.shard.isBetweenDocuments,
            pace.isDue(waiting, maximumDelay: options.maximumDelay)
        else { return }
        try await commit()
    }
}
