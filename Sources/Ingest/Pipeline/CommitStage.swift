import Inbox
import Logging
import Platform
import Quantization
import Shards
import SystemPackage

/// The last stage: gathers documents to a commit, commits, and moves the files on; then the group is paid for.
///
/// It runs on a thread of its own, while the next group is being encoded. What must be durable is made so for a whole
/// group at once.
struct CommitStage {
    let context: PipelineContext
    let input: OrderedResults<[EncodedItem]>
    /// Whether nothing is to be expected from the inbox.
    let isInboxIdle: @Sendable () -> Bool

    /// A group of so many rows is worth a commit of its own as soon as nothing more is under way.
    private static let worthyRows = 256

    func run() async throws {
        var group = CommitGroup()
        var latest: ContinuousClock.Instant?
        while true {
            switch await input.next() {
            case .result(let items):
                for item in items {
                    group.append(item)
                    guard isFull(group) else { continue }
                    try await finish(&group)
                    latest = .now
                }
            case .tick: break
            case .finished:
                if !group.isEmpty { try await finish(&group) }
                return
            }
            guard let began = group.began else { continue }
            let delay = context.configuration.maximumDelay
            let isRested = latest.map { $0.duration(to: .now) >= delay } ?? true
            if context.index.hasIndex
                ? began.duration(to: .now) >= delay || isLast(group, isRested: isRested)
                : began.duration(to: .now) >= delay && isCalibrationDue(group)
            {
                try await finish(&group)
                latest = .now
            }
        }
    }

    private func isFull(_ group: CommitGroup) -> Bool {
        guard context.index.hasIndex else { return isCalibrationDue(group) }
        // Files without new rows count a little too, so that a flood of known files moves on.
        return group.rowCount >= context.configuration.maximumRows
            || group.endCount >= max(context.configuration.maximumRows, 64)
    }

    /// Whether waiting would bring nothing more: a lone file is searchable at once, and a burst when its end is encoded.
    ///
    /// Files that trickle in still share commits, because otherwise each would get a shard.
    private func isLast(_ group: CommitGroup, isRested: Bool) -> Bool {
        (isRested || group.rowCount >= Self.worthyRows) && isInboxIdle()
            && context.board.status.inWork <= group.endCount
    }

    /// Whether the passages gathered so far are all that is to be waited for before the ranges are computed.
    private func isCalibrationDue(_ group: CommitGroup) -> Bool {
        if group.rowCount >= context.configuration.calibrationPassages || context.budget.isExhausted { return true }
        // Idle: every file that was claimed has come to its end here.
        return isInboxIdle() && context.board.status.inWork <= group.endCount
    }

    private func finish(_ group: inout CommitGroup) async throws {
        if !context.index.hasIndex {
            guard group.rowCount >= 2 || context.board.isStopping else { return }
            guard group.rowCount >= 2 else {
                // One passage has no range; the file stays in work/ and is taken over at the next start.
                context.logger.notice("too little text to calibrate with; it stays in work/ until more comes")
                group = CommitGroup()
                return
            }
            try calibrate(group)
        }
        try await commit(group)
        group = CommitGroup()
    }

    private func calibrate(_ group: CommitGroup) throws {
        let model = context.model.identity
        var calibrator = try RangesCalibrator(dimension: model.dimension)
        for case .document(let document) in group.items where document.fault == nil {
            // A document that cannot be used for it is refused when it is quantized.
            try? calibrator.add(rows: document.vectors.span)
        }
        let margin = context.configuration.calibrationMargin
        let ranges = try calibrator.ranges(margin: margin)
        let origin = "calibrated by the daemon from the first passages"
        try context.index.create(
            IndexRanges(ranges, origin: origin, passages: calibrator.count, margin: margin, model: model))
        context.board.note { $0.calibratingPassages = nil }
        let advice =
            calibrator.count < 1000
            ? "; fewer than 1,000 fit later texts badly, so better give ranges made with 'vectorspool calibrate'" : ""
        let made = RangesOrigin(origin: origin, passages: calibrator.count, margin: margin)
        context.logger.notice("a new index, and its ranges are frozen: \(made.summary)\(advice)")
    }

    private func commit(_ original: CommitGroup) async throws {
        var group = original
        try await recheck(&group)
        let ends = group.ends
        let complete = Set(ends.map(\.file.name))
        let plan = CommitPlan(
            group.items, key: { context.index.key(of: $0) }, identifiers: { context.index.identifiers(ofPath: $0) })
        if context.configuration.keepDoneDays > 0 { try await makeDurable(ends) }
        // Before the commit: after it a crash would leave nobody who knows of the bad lines.
        for end in ends { try await keepBadLines(end, plan.refused[end.file.name] ?? []) }
        try await context.gate.retrying("committing") {
            try context.index.commit(plan, complete: complete, failpoints: context.failpoints)
        }
        try context.failpoints.reach(.afterCommit)
        report(plan)
        try await retire(ends, plan)
        context.budget.payBack(original.charge)
    }

    /// Gives back files that were written after they were read; their rows are not committed.
    private func recheck(_ group: inout CommitGroup) async throws {
        for end in group.ends {
            guard let now = try? FileStatus.of(end.file.path), !now.isSameVersion(as: end.file.status) else { continue }
            let isBack = try await context.gate.retrying("giving a file back") { try context.spool.giveBack(end.file) }
            // A newer file has the name: what was read is an older version, as good as any.
            guard isBack else { continue }
            context.logger.notice(
                "written while it was being indexed; it is taken again when it is quiet",
                metadata: ["path": "\(end.file.relativePath.displayName)"])
            group.remove(end.file.name)
            context.leave(end.file)
        }
    }

    /// Makes the inputs survive a power cut: from now on the index says that they are in `done/`.
    private func makeDurable(_ ends: [FileEnd]) async throws {
        guard !ends.isEmpty else { return }
        try await context.gate.retrying("writing the inputs to the disk") {
            try context.failpoints.reach(.beforeSynchronize)
            guard ends.count <= 16 else { return try FileSystemStatus.synchronize(context.spool.work) }
            for end in ends {
                // Somebody may have removed it: then there is nothing to keep.
                guard FileStatus.exists(end.file.path) else { continue }
                try OwnedDescriptor.open(end.file.path, OpenFlags.document).synchronize()
            }
        }
    }

    private func report(_ plan: CommitPlan) {
        let rows = plan.additions.reduce(0) { $0 + $1.prepared.passages.count }
        let summary = context.index.summary
        context.board.note { status in
            status.documentsAdded += plan.additions.count
            status.passagesAdded += rows
            if let summary {
                status.generation = summary.generation
                status.documents = summary.documents
                status.rows = summary.rows
                status.clippedShare = summary.clippedShare
            }
            status.lastCommit = RealTime.now.timestamp
        }
        guard rows > 0 || !plan.removals.isEmpty, let summary else { return }
        context.logger.info(
            "committed",
            metadata: [
                "generation": "\(summary.generation)", "documents": "\(plan.additions.count)", "passages": "\(rows)",
                "removed": "\(plan.removals.count)",
            ])
        if summary.clippedShare > 0.01 {
            context.logger.warning(
                """
                more than 1 % of the values lie outside the ranges; make ranges from your own text with 'vectorspool \
                calibrate' and a new index with them
                """,
                metadata: ["clipped": "\(summary.clippedShare)"])
        }
    }

    private func retire(_ ends: [FileEnd], _ plan: CommitPlan) async throws {
        let day = RealTime.now.day
        let keeping = context.configuration.keepDoneDays > 0
        for end in ends {
            try context.failpoints.reach(.beforeRetire)
            if let fault = wholeFault(end, plan.refused[end.file.name] ?? []) {
                try await context.fail(end.file, fault, stage: "encode", digest: end.digest)
                context.leave(end.file)
                continue
            }
            let outcome = try await context.gate.retrying("moving an indexed file away") {
                try context.spool.retire(end.file, asRead: end.file.status, keeping: keeping, day: day)
            }
            try context.failpoints.reach(.afterRetire)
            context.leave(end.file)
            context.board.note { status in
                if outcome == .changed { return }
                if end.unchanged == end.identifiers.count {
                    status.unchangedFiles += 1
                } else {
                    status.doneFiles += 1
                }
            }
        }
        context.spool.removeFolders(of: ends.map(\.file))
    }

    /// The fault of a file of which nothing could be indexed.
    private func wholeFault(_ end: FileEnd, _ refused: [EncodedDocument]) -> DocumentFault? {
        refused.count == end.identifiers.count ? refused.first?.fault : nil
    }

    private func keepBadLines(_ end: FileEnd, _ refused: [EncodedDocument]) async throws {
        guard wholeFault(end, refused) == nil else { return }
        let lines =
            end.badLines
            + refused.compactMap { document in
                document.fault.map { LineFault(fault: $0, bytes: document.prepared.text) }
            }
        guard let first = lines.first else { return }
        let good = end.identifiers.count - refused.count
        let fault = DocumentFault(
            first.fault.code,
            "\(lines.count) of \(lines.count + good) lines failed, the others are indexed; the first: \(first.fault.summary)",
            hint: first.fault.hint, byteOffset: first.fault.byteOffset, line: first.fault.line)
        let failure = SpoolDirectory.Failure(
            path: end.file.path, relativePath: end.file.relativePath, status: end.file.status, claim: end.file.name,
            fault: fault, stage: "decode", digest: end.digest, pipeline: context.pipeline.hexadecimal)
        try await context.gate.retrying("keeping bad lines") {
            try context.spool.fail(failure, lines: lines, count: lines.count)
        }
        context.board.note { $0.failedLines += lines.count }
        context.logger.warning(
            "\(fault.summary)", metadata: ["path": "\(end.file.relativePath.displayName)"])
    }
}
