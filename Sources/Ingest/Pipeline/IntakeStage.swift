import Encoding
import Inbox
import Logging
import Platform
import Shards
import SystemPackage

/// The first stage: claims ready files, reads, decodes and cuts them, one after another in the order of their names.
///
/// One thread does it all. Cutting is some fifty times faster than encoding, and one thread keeps the order by itself.
struct IntakeStage {
    /// Tokens that are handed to the encoder in one piece.
    static let batchTokens = 8192
    /// Files taken from the inbox at a time.
    private static let batchFiles = 128

    let context: PipelineContext
    let inbox: Inbox
    let output: Conduit<[WorkItem]>
    /// Ends when nothing is left to be expected, instead of waiting for the next drop.
    let isDraining: Bool

    /// Takes over what an earlier run left in `work/`, then what the inbox gives, until it stops or is drained.
    func run() async throws {
        defer { output.finish() }
        try await recover()
        while true {
            switch await inbox.next(atMost: Self.batchFiles, orIdle: isDraining) {
            case .stopped, .idle: return
            case .files(let files):
                var batch = Batch()
                for (position, file) in files.enumerated() {
                    guard !context.board.isStopping else {
                        // They stay in the inbox; the next start finds them.
                        break
                    }
                    try await take(file, &batch)
                    // The inbox hears of it now and then, so that its table does not fill up.
                    if position % 32 == 31 { batch.flushAnswers(to: inbox) }
                }
                batch.flushAnswers(to: inbox)
                guard try await flush(&batch) else { return }
            }
        }
    }

    /// What is gathered for the next hand-over.
    private struct Batch {
        var items: [WorkItem] = []
        var tokens = 0
        var answers: [InboxStateMachine.Event] = []

        mutating func flushAnswers(to inbox: Inbox) {
            guard !answers.isEmpty else { return }
            inbox.answer(answers)
            answers = []
        }
    }

    private func flush(_ batch: inout Batch) async throws -> Bool {
        guard !batch.items.isEmpty else { return true }
        let items = batch.items
        batch.items = []
        batch.tokens = 0
        return await output.send(items)
    }

    private func recover() async throws {
        let (claims, strangers) = try context.spool.leftoverClaims()
        for stranger in strangers {
            context.logger.warning("work/ has something that is no claim; it is left alone: \(stranger.displayName)")
        }
        var batch = Batch()
        if !claims.isEmpty { context.logger.notice("taking over \(claims.count) files from an earlier run") }
        for file in claims { file.name.observe() }
        let settled = settled(claims)
        for file in claims {
            if settled.contains(file.name) {
                // Its rows are committed. Its contents are not looked at: after a power cut they may be gone.
                if file.status.size > file.name.size, try context.spool.giveBack(file) { continue }
                _ = try await context.gate.retrying("moving an indexed file away") {
                    try context.spool.retire(
                        file, asRead: nil, keeping: context.configuration.keepDoneDays > 0, day: RealTime.now.day)
                }
                context.board.note { $0.doneFiles += 1 }
                continue
            }
            try await process(file, nil, &batch)
        }
        context.spool.removeFolders(of: claims.filter { settled.contains($0.name) })
        _ = try await flush(&batch)
    }

    /// The claims that need no work any more: committed, or older than a committed version of the same file.
    ///
    /// An older version that was in one group with a newer one was never written; taking it up now would bring it back.
    private func settled(_ claims: [ClaimedFile]) -> Set<ClaimName> {
        var settled: Set<ClaimName> = []
        var isNewerCommitted: Set<FilePath> = []
        for file in claims.reversed() {
            if context.index.contains(file.name) { isNewerCommitted.insert(file.relativePath) }
            if isNewerCommitted.contains(file.relativePath) { settled.insert(file.name) }
        }
        return settled
    }

    private func take(_ file: ReadyFile, _ batch: inout Batch) async throws {
        let outcome = try await context.gate.retrying("claiming a file") {
            try context.failpoints.reach(.beforeClaim)
            return ClaimBox(try context.spool.claim(file))
        }
        switch outcome.take() {
        case .claimed(let claimed, let descriptor):
            batch.answers.append(.taken(file.path))
            try context.failpoints.reach(.afterClaim)
            try await process(claimed, descriptor, &batch)
        case .busy: batch.answers.append(.busy(file.path))
        case .changed: batch.answers.append(.changed(file.path))
        case .vanished: batch.answers.append(.taken(file.path))
        case .blocked(let reason):
            batch.answers.append(.blocked(file.path, reason))
            context.logger.warning("cannot be taken: \(reason)", metadata: ["path": "\(file.path.displayName)"])
        case .notAFile:
            try await refuse(file)
            batch.answers.append(.taken(file.path))
        }
    }

    /// Moves what is no regular file out of the inbox, unread.
    private func refuse(_ file: ReadyFile) async throws {
        let claimed = ClaimedFile(
            name: .fresh(size: 0), relativePath: file.path, status: file.status,
            path: context.spool.inbox.pushing(file.path))
        try await context.fail(claimed, .notAFile(file.status.kind), stage: "claim", digest: nil)
        context.board.note {
            $0.failedFiles -= 1
            $0.refusedNames += 1
        }
    }

    private func process(
        _ file: ClaimedFile, _ descriptor: consuming OwnedDescriptor?, _ batch: inout Batch
    ) async throws {
        let path = file.relativePath.bytes
        context.ledger.enter(path)
        context.board.enter()
        let charge = min(file.status.size, context.configuration.maximumFileBytes)
        await context.budget.charge(charge)
        let contents: ClaimedContents
        do {
            contents = try ClaimedContents.read(file, descriptor, limit: context.configuration.maximumFileBytes)
        } catch let fault as DocumentFault {
            return try await fail(file, fault, nil, charge)
        }
        try await decode(file, contents, charge: charge, &batch)
    }

    private func fail(
        _ file: ClaimedFile, _ fault: DocumentFault, _ digest: SHA256Digest?, _ charge: Int
    ) async throws {
        try await context.fail(file, fault, stage: "read", digest: digest)
        context.leave(file)
        context.budget.payBack(charge)
    }

    private func decode(
        _ file: ClaimedFile, _ contents: ClaimedContents, charge: Int, _ batch: inout Batch
    ) async throws {
        let path = file.relativePath.bytes
        var decoder = DocumentDecoder(contents.bytes, format: contents.format.contents, digest: contents.digest)
        var identifiers: Set<DocumentIdentifier> = []
        var badLines: [LineFault] = []
        var unchanged = 0
        while let output = decoder.next() {
            switch output {
            case .fault(let fault): return try await fail(file, fault, contents.digest, charge)
            case .badLine(let line): badLines.append(line)
            case .document(let document):
                let identifier = DocumentIdentifier(path: path, item: document.item.map { Array($0.utf8) })
                let key = key(of: identifier, document)
                identifiers.insert(identifier)
                if context.ledger.isUnchanged(identifier, key: key, path: path) {
                    unchanged += 1
                    continue
                }
                let passages: [Passage]
                do throws(EncodingError) {
                    passages = try context.model.passages(of: document.text)
                } catch {
                    badLines.append(LineFault(fault: .encoder("\(error)"), bytes: document.text))
                    identifiers.remove(identifier)
                    continue
                }
                guard !passages.isEmpty else {
                    identifiers.remove(identifier)
                    badLines.append(
                        LineFault(
                            fault: DocumentFault(
                                .empty, "nothing of the text means anything to the model",
                                hint: "drop it again when it has contents"), bytes: document.text))
                    continue
                }
                let record = ShardDocument(
                    path: path, item: document.item.map { Array($0.utf8) }, size: document.byteCount,
                    modified: file.status.modified, content: document.contentDigest, key: key, claim: "",
                    title: document.title, metadata: document.metadata.map { String(decoding: $0, as: UTF8.self) })
                try await add(
                    PreparedDocument(
                        claim: file.name, record: record, text: document.text, textOffset: document.textOffset,
                        passages: passages), &batch)
            }
        }
        guard !identifiers.isEmpty else {
            let first =
                badLines.first?.fault ?? DocumentFault(.empty, "there is no text in the file", hint: "drop it again")
            return try await fail(file, first, contents.digest, charge)
        }
        batch.items.append(
            .end(
                FileEnd(
                    file: file, digest: contents.digest, identifiers: identifiers, unchanged: unchanged,
                    badLines: badLines, charge: charge)))
    }

    private func key(of identifier: DocumentIdentifier, _ document: DecodedDocument) -> SHA256Digest {
        var hasher = SHA256Digest.Hasher()
        var length: [UInt8] = []
        length.append(littleEndian: UInt64(identifier.bytes.count))
        hasher.update(length.rawSpan)
        hasher.update(identifier.bytes.rawSpan)
        hasher.update(document.contentDigest.bytes.rawSpan)
        hasher.update(context.pipeline.bytes.rawSpan)
        return hasher.finish()
    }

    private func add(_ document: PreparedDocument, _ batch: inout Batch) async throws {
        let charge = document.charge(dimension: context.model.identity.dimension)
        await context.budget.charge(charge)
        batch.items.append(.document(document))
        batch.tokens += document.tokenCount
        guard batch.tokens >= Self.batchTokens else { return }
        guard try await flush(&batch) else { throw CancellationError() }
    }
}

/// Carries a claim, which cannot be copied, out of a closure.
private final class ClaimBox {
    private var outcome: SpoolDirectory.ClaimOutcome?

    init(_ outcome: consuming SpoolDirectory.ClaimOutcome) {
        self.outcome = consume outcome
    }

    func take() -> SpoolDirectory.ClaimOutcome {
        let taken = outcome.take()
        return taken ?? .vanished
    }
}
