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
/// follows another. What must be durable is made so for a whole group
/// at once.
struct CommitStage {
    let context: PipelineContext
    let input: OrderedEncoding<Piece, EncodedPiece>
    let permit: BytePermit
    /// Whether nothing is to be expected from the inbox.
    let isInboxIdle: @Sendable () -> Bool
    private var group = OpenGroup()
    private var pace: CommitPace
    /// Pieces that wait for ranges.
    private var uncalibrated: [EncodedPiece] = []
    private var uncalibratedRows = 0
    /// Files that wait for being moved to `failed/` together.
    private var failing: [Ticket] = []
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

    private mutating func take(_ encoded: EncodedPiece) async throws {
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
            case .void: context.shard.abandonDocument()
            case .document(let record): try await close(record)
            case .deferred(let ticket): putOff(ticket)
            case .end(let ticket): try await close(ticket)
            }
        }
    }

    /// Keeps a piece until there are ranges; files that are at fault as a whole need not wait for that.
    private mutating func keep(_ encoded: EncodedPiece) async throws {
        var kept = encoded
        var places: [Int: DocumentFault] = [:]
        kept.piece.items = []
        for (place, item) in encoded.piece.items.enumerated() {
            if case .end(let ticket) = item, ticket.fault != nil, ticket.staying.isEmpty {
                try await fail(ticket)
                continue
            }
            places[kept.piece.items.count] = encoded.refusals[place]
            kept.piece.items.append(item)
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
        context.shard.abandonDocument()
        group.documentFault = nil
        let isPending = group.openClaim != nil
        let ticket = group.close(ticket)
        if ticket.fault != nil || ticket.isRefusedWhole, !isPending {
            try await fail(ticket)
        } else {
            group.ends.append(OpenGroup.End(ticket: ticket, documentsBefore: context.shard.documentCount))
        }
        try await commitIfFull()
    }

    /// What has come of the file is void; it is read again from its beginning.
    private mutating func putOff(_ ticket: Ticket) {
        context.shard.abandonDocument()
        group.documentFault = nil
        group.putOff()
        context.leave(ticket)
    }

    /// Puts a file with those that are to be moved to `failed/`.
    mutating func fail(_ ticket: Ticket) async throws {
        if let lines = ticket.badLinesFile { context.spool.failed.removeIfPresent(lines) }
        failing.append(ticket)
        if failing.count >= Self.failingAtOnce { try await flushFailing() }
    }

    private mutating func flushFailing() async throws {
        guard !failing.isEmpty else { return }
        let tickets = try await withoutForgotten(failing)
        context.heart.beat()
        try await context.fail(
            tickets.map { ticket in
                let fault = ticket.fault ?? ticket.refused.first.first ?? .emptyFile
                return context.failure(ticket, fault, stage: ticket.fault == nil ? "encode" : ticket.faultStage)
            })
        failing = []
        context.board.note { status in
            for ticket in tickets {
                if ticket.file.status.kind == .regular { status.failedFiles += 1 } else { status.refusedNames += 1 }
            }
        }
        for ticket in tickets { context.leave(ticket) }
        try await noteInPlace(tickets, .failed)
    }

    // MARK: - When

    private var waiting: CommitPace.Waiting {
        CommitPace.Waiting(
            rows: context.shard.rowCount + uncalibratedRows, bytes: context.shard.byteCount,
            ends: group.ends.count, age: group.began.map { $0.duration(to: .now) } ?? .zero, isLast: isLast)
    }

    /// Whether every file of the lane that was claimed has come to its end here, and no other is to be expected.
    private var isLast: Bool {
        let ended = failing.count + group.ends.count + uncalibrated.reduce(0) { $0 + $1.piece.endCount }
        return (isInboxIdle() || context.files.isAwaited) && context.files.count(context.lane) <= ended
    }

    private mutating func commitIfFull() async throws {
        guard CommitPace.isFull(waiting, maximumRows: context.options.maximumRows) else { return }
        try await commit()
    }

    private mutating func commitIfDue() async throws {
        let options = context.options
        if !context.index.hasIndex {
            let isEnough = uncalibratedRows >= options.indexing.calibrationPassages
            guard isEnough || waiting.isLast && waiting.age >= options.maximumDelay, uncalibratedRows >= 2 else {
                return
            }
            try await calibrate()
        }
        // A document goes into one shard whole.
        guard !group.isEmpty, context.shard.isBetweenDocuments,
            pace.isDue(waiting, maximumDelay: options.maximumDelay)
        else { return }
        try await commit()
    }

    private mutating func calibrate() async throws {
        let model = context.model.identity
        var calibrator = try RangesCalibrator(dimension: model.dimension)
        for encoded in uncalibrated {
            var row = 0
            for (place, item) in encoded.piece.items.enumerated() {
                guard case .passages(let passages) = item else { continue }
                let rows = row * model.dimension..<(row + passages.count) * model.dimension
                row += passages.count
                guard encoded.refusals[place] == nil else { continue }
                // A document that cannot be used for it is refused when it is quantized.
                try? calibrator.add(rows: Array(encoded.vectors[rows]).span)
            }
        }
        let margin = context.options.indexing.calibrationMargin
        let ranges = try calibrator.ranges(margin: margin)
        let origin = "calibrated by the daemon from the first passages"
        try await context.gate.retrying("creating the index") {
            try context.index.create(
                IndexRanges(ranges, origin: origin, passages: calibrator.count, margin: margin, model: model))
        }
        context.board.note { $0.calibratingPassages = nil }
        let advice =
            calibrator.count < 1000
            ? "; fewer than 1,000 fit later texts badly, so better give ranges made with 'vectorspool calibrate'" : ""
        let made = RangesOrigin(origin: origin, passages: calibrator.count, margin: margin)
        context.logger.notice("a new index, and its ranges are frozen: \(made.summary)\(advice)")
        let pieces = uncalibrated
        uncalibrated = []
        uncalibratedRows = 0
        for piece in pieces { try await take(piece) }
    }

    // MARK: - Commit

    private mutating func commit() async throws {
        let isLast = isLast
        var withdrawn: Set<String> = []
        try await recheck(&withdrawn)
        let ends = group.ends
        // A file that was found to be at fault at last leaves nothing of itself in this shard, and takes nothing of its older
        // version with it.
        let atFault = Set(ends.filter { $0.ticket.fault != nil }.map(\.ticket.file.name.text))
        // Nor does one that is read again from its beginning.
        let unfinished = atFault.union(group.deferred)
        withdrawn.formUnion(unfinished)
        if context.options.keepsDone { try await makeDurable(ends.map(\.ticket.file).filter { !$0.isCopy }) }
        // Before the commit: after it a crash would leave nobody who knows of the bad lines.
        for end in ends { try await keepBadLines(end.ticket) }
        let wanted = IndexWriter.Changes(
            ended: ends.filter { $0.ticket.fault == nil && $0.ticket.isWhole }.map {
                IndexChanges.EndedFile(
                    path: $0.ticket.documentPath.bytes, staying: $0.ticket.staying,
                    documentsBefore: $0.documentsBefore)
            },
            withdrawn: withdrawn, parts: unfinished.union(group.openClaim.map { [$0] } ?? []))
        let added = try await context.gate.retrying("committing") {
            try context.failpoints.reach(.beforeShard)
            return try context.index.commit(wanted, of: context.shard) {
                try context.failpoints.reach(.beforeManifest)
            }
        }
        if case .unknown = added.durability {
            try await context.gate.retrying("making the commit durable") { try context.index.confirmDurability() }
        }
        try context.failpoints.reach(.afterCommit)
        let changes = group.changes(added.files, ended: ends.map(\.ticket))
        report(added)
        reportDelays(ends.map(\.ticket))
        reportVersions(ends.map(\.ticket), changes)
        try await retire(ends.map(\.ticket), changes)
        group.reset()
        pace.note(isLast: isLast)
    }

    /// Gives back files that were written after they were read; their rows are dead on arrival.
    private mutating func recheck(_ withdrawn: inout Set<String>) async throws {
        var staying: [OpenGroup.End] = []
        for end in group.ends {
            context.heart.beat()
            let file = end.ticket.file
            let isBack = try await context.gate.retrying("looking at a file again") {
                guard !file.isCopy, let now = try context.spool.work.statusIfPresent(file.path),
                    !now.isSameContents(as: file.status)
                else { return false }
                // When a newer file has the name, what was read is an older version, as good as any.
                return try context.spool.giveBack(file)
            }
            guard isBack else {
                staying.append(end)
                continue
            }
            context.logger.notice(
                "written while it was being indexed; it is taken again when it is quiet",
                metadata: ["path": "\(file.relativePath.displayName)"])
            if let lines = end.ticket.badLinesFile { context.spool.failed.removeIfPresent(lines) }
            withdrawn.insert(file.name.text)
            context.leave(end.ticket)
        }
        group.ends = staying
    }
}
