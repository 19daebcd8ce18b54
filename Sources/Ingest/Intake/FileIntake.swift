import Documents
import Identity
import Indexing
import Logging
import Platform
import Shards
import Spool
import SystemPackage

/// Turns claimed files into work items: reads, decodes, cuts, and hands over piece by piece.
struct FileIntake {
    let context: PipelineContext
    let output: PieceSender
    private var piece = Piece()
    /// Passages of the document that is open, which are not in the piece yet.
    private var passages: [PreparedPassage] = []
    private let stored: StoredRows
    /// Passages that the board has not heard of.
    private var uncounted = 0

    /// Thrown when a file turns out to belong into the bulk lane, before anything of it is handed over.
    struct Rerouted: Error {
        /// The file that it continues, as one of whose versions it counts now.
        var joined: FilePath?
    }

    init(context: PipelineContext, output: PieceSender) {
        self.context = context
        self.output = output
        stored = StoredRows(context.index)
    }

    /// Takes one file through that has entered the pipeline; what it is at fault for goes on as the ticket's fault.
    ///
    /// - Parameters:
    ///   - file: the file.
    ///   - descriptor: the open file, if the claim has opened it.
    ///   - joined: the path of a file as one of whose versions it counts already.
    ///   - tries: how often it could not be read before.
    /// - Throws: `Rerouted` from the brief lane; `FaultGate.Stopped` and `CancellationError` on the way out: the
    ///   file stays in `work/` then.
    mutating func process(
        _ file: ClaimedFile, _ descriptor: consuming OwnedDescriptor?, joined: FilePath? = nil, tries: Int = 0
    ) async throws {
        var ticket = Ticket(file)
        ticket.joined = joined
        context.progress { $0.begin(file.relativePath.displayName, bytes: file.status.size, at: $1) }
        var isHandedOver = false
        defer { endProgress(isHandedOver: isHandedOver) }
        do {
            guard try await read(&ticket, descriptor) else {
                // Somebody has removed it from work/.
                if file.isCopy { context.spool.left.end(file.relativePath) }
                return context.leave(ticket)
            }
        } catch let fault as DocumentFault {
            ticket.fault = fault
        } catch let refusal as Refusal {
            let fault = DocumentFault.unreadable(refusal.error)
            let outcome = context.deferred.add(file, tries: tries + 1, reason: fault.summary) {
                context.files.isNewest(file.relativePath.bytes, claimed: file.name.time)
            }
            switch outcome {
            case .waits:
                context.logger.notice(
                    "cannot be read now, and is tried again later: \(fault.summary)",
                    metadata: ["path": "\(file.relativePath.displayName)", "attempt": "\(tries + 1)"])
                return try await add(.deferred(ticket), weight: PieceSender.itemWeight)
            case .isOlder:
                try await context.putAway(file, isNewest: false)
                return try await add(.deferred(ticket), weight: PieceSender.itemWeight)
            case .isOver: ticket.fault = fault
            }
        } catch let rerouted as Rerouted {
            isHandedOver = true
            throw rerouted
        }
        try await add(.end(ticket), weight: PieceSender.itemWeight + ticket.staying.count * 32)
    }

    /// Sends a file to `failed/` without opening it.
    mutating func refuse(_ file: ClaimedFile, _ fault: DocumentFault) async throws {
        var ticket = Ticket(file)
        ticket.fault = fault
        try await add(.end(ticket), weight: PieceSender.itemWeight)
    }

    /// The board learns that the file has been read.
    private mutating func endProgress(isHandedOver: Bool) {
        let passages = uncounted
        uncounted = 0
        context.progress { progress, _ in
            progress.cut(passages)
            if isHandedOver { progress.handOver() } else { progress.end() }
        }
    }

    /// Hands over what is gathered.
    mutating func flush() async throws {
        closePassages()
        let passages = uncounted
        uncounted = 0
        context.progress { progress, _ in progress.cut(passages) }
        guard !piece.isEmpty else { return }
        var full = Piece()
        swap(&full, &piece)
        context.heart.rest()
        await output.send(full)
        context.heart.beat()
        // A cancelled sender may have lost this piece: nothing of what follows may be committed without it.
        if context.board.isStopping || Task.isCancelled { throw FaultGate.Stopped() }
    }

    private mutating func closePassages() {
        guard !passages.isEmpty else { return }
        piece.items.append(.passages(passages))
        passages = []
    }

    mutating func add(_ item: WorkItem, weight: Int) async throws {
        closePassages()
        piece.items.append(item)
        piece.weight += weight
        if piece.weight >= PieceSender.bytes { try await flush() }
    }

    mutating func add(_ passage: PreparedPassage) async throws {
        passages.append(passage)
        uncounted += 1
        piece.tokens += passage.tokens.count
        piece.weight += passage.weight(dimension: context.model.identity.dimension)
        if piece.tokens >= PieceSender.tokens || piece.weight >= PieceSender.bytes { try await flush() }
    }

    // MARK: - What the index has already

    /// Gives a document the rows of another one with the same contents, which may be an earlier version of itself.
    ///
    /// - Returns: false when there is none, and the document has to be encoded.
    mutating func copy(_ record: ShardDocument, _ format: DocumentFormat) async throws -> Bool {
        let place = stored.find(record.content) { [context] other in
            // Its rows are these only if it was cut and encoded in the same way.
            let name = FilePath(bytes: other.path)?.lastComponent
            return (other.item == nil) == (record.item == nil)
                && name.flatMap(DocumentFormat.init(name:))?.contents == format.contents
                && context.key(of: other.identifier, content: other.content) == other.key
        }
        guard let place else { return false }
        for first in stride(from: place.rows.lowerBound, to: place.rows.upperBound, by: Self.rowsAtOnce) {
            let rows: StoredRows.Rows
            do throws(ShardsError) {
                rows = try stored.read(first..<min(first + Self.rowsAtOnce, place.rows.upperBound), of: place)
            } catch {
                context.logger.warning("rows of the index cannot be read, so a text is encoded again: \(error)")
                try await add(.void, weight: PieceSender.itemWeight)
                return false
            }
            uncounted += rows.passages.count
            try await add(.stored(rows), weight: rows.weight)
        }
        try await add(.document(record), weight: PieceSender.itemWeight)
        return true
    }

    private static let rowsAtOnce = 128

    // MARK: - Reading

    /// - Returns: false when the file is not there any more.
    private mutating func read(_ ticket: inout Ticket, _ descriptor: consuming OwnedDescriptor?) async throws -> Bool {
        let file = ticket.file
        let limit = context.options.maximumFileBytes
        guard file.status.kind == .regular else { throw DocumentFault.notAFile(file.status.kind) }
        guard let name = file.relativePath.lastComponent, let format = DocumentFormat(name: name) else {
            throw DocumentFault.unknownFormat(file.relativePath.lastComponent ?? "file")
        }
        guard file.status.size <= limit else { throw DocumentFault.tooBig(file.status.size, limit: limit) }
        guard let contents = try await open(file, descriptor, isCompressed: format.isCompressed) else { return false }
        if format.contents.isOneDocument {
            try await readWhole(contents, format, &ticket, limit: limit)
        } else {
            if format.isCompressed || !file.name.isOfThisBoot {
                _ = try await survey(contents, file, isText: false, limit: limit)
                try await reading { () throws(PlatformError) in try contents.rewind() }
            }
            try await readMany(contents, format, &ticket, limit: limit)
        }
        return true
    }

    private func open(
        _ file: ClaimedFile, _ descriptor: consuming OwnedDescriptor?, isCompressed: Bool
    ) async throws -> ContentsReader? {
        if let given = descriptor.take() {
            // Refused for now: no memory for zstd, for one. It is opened again then, with patience.
            if let contents = try? ContentsReader(given, isCompressed: isCompressed) { return contents }
        }
        do {
            return try await reading(isOpen: false) { () throws(PlatformError) in
                try ContentsReader(try reopen(file), isCompressed: isCompressed)
            }
        } catch is Absence {
            return nil
        }
    }

    /// Opens a file of an earlier run; a refusal that its owner may have brought about is tested at once, without a pause.
    private func reopen(_ file: ClaimedFile) throws(PlatformError) -> OwnedDescriptor {
        for _ in 1..<Self.attempts {
            do throws(PlatformError) {
                return try context.spool.work.openFile(file.path)
            } catch {
                guard error.isOthersDoing else { throw error }
            }
        }
        return try context.spool.work.openFile(file.path)
    }

    /// Reads with patience: what the system refuses for now is waited for; a file of which it refuses something again and again
    /// is put off.
    func reading<Result>(
        isOpen: Bool = true, _ body: () throws(PlatformError) -> Result
    ) async throws -> Result {
        var refusals = 0
        return try await context.gate.retrying("reading a file") {
            do throws(PlatformError) {
                return try body()
            } catch {
                if error.isAbsence { throw Absence() }
                // Its owner keeps it to himself: nobody else is to wait for that.
                if !isOpen, error.isOthersDoing { throw DocumentFault.unreadable(error) }
                // A bad sector, or what its owner does to it: the others are not to wait for it for ever.
                guard error.cause == .ioError || error.cause == .invalidArgument || error.isOthersDoing else {
                    throw error
                }
                refusals += 1
                if refusals >= Self.patience { throw Refusal(error: error) }
                throw error
            }
        }
    }

    /// Passes the gate: the system refuses this file again and again.
    private struct Refusal: Error {
        let error: PlatformError
    }

    private static let patience = 4
    private static let attempts = 8

    /// Passes the gate, which would wait for the file to come back.
    private struct Absence: Error {}

    func next(
        _ contents: ContentsReader, in stage: WorkProgress.Stage = .reading, limit: Int
    ) async throws -> [UInt8]? {
        context.heart.beat()
        context.progress { $0.read(contents.packedByteCount, in: stage, at: $1) }
        let piece: [UInt8]?
        do {
            piece = try await reading { () throws(PlatformError) in try contents.next() }
        } catch let error as PlatformError where error.code == .corrupt {
            throw DocumentFault.badCompression(error)
        }
        guard contents.byteCount <= limit else { throw DocumentFault.tooBig(nil, limit: limit) }
        if context.board.isStopping { throw FaultGate.Stopped() }
        return piece
    }

    /// Looks through the whole file once, before anything is made of it.
    func survey(
        _ contents: ContentsReader, _ file: ClaimedFile, isText: Bool, limit: Int
    ) async throws -> TextSurvey {
        var survey = TextSurvey(validates: isText)
        while let piece = try await next(contents, in: .checking, limit: limit) {
            survey.add(piece)
            // What was small when it was claimed, or is packed.
            if context.isTooLarge(contents.byteCount) { throw Rerouted() }
        }
        survey.finish()
        // After a power cut the name may have survived without the data.
        let isPacked = contents.packedByteCount != contents.byteCount
        if !file.name.isOfThisBoot,
            contents.packedByteCount != file.name.size || (!isPacked && survey.hasZero)
        {
            throw DocumentFault.lostByPowerCut
        }
        return survey
    }
}
