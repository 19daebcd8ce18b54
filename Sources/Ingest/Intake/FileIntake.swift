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

    init(context: PipelineContext, output: PieceSender) {
        self.context = context
        self.output = output
    }

    /// Takes one file through; what it is at fault for goes on as the ticket's fault.
    ///
    /// - Throws: `FaultGate.Stopped` and `CancellationError` on the way out; the file stays in `work/` then.
    mutating func process(_ file: ClaimedFile, _ descriptor: consuming OwnedDescriptor?) async throws {
        context.enter(file)
        var ticket = Ticket(file)
        do {
            guard try await read(&ticket, descriptor) else {
                // Somebody has removed it from work/.
                return context.leave(file)
            }
        } catch let fault as DocumentFault {
            ticket.fault = fault
        }
        try await add(.end(ticket), weight: PieceSender.itemWeight + ticket.staying.count * 32)
    }

    /// Sends a file to `failed/` without opening it.
    mutating func refuse(_ file: ClaimedFile, _ fault: DocumentFault) async throws {
        context.enter(file)
        var ticket = Ticket(file)
        ticket.fault = fault
        try await add(.end(ticket), weight: PieceSender.itemWeight)
    }

    /// Hands over what is gathered.
    mutating func flush() async throws {
        closePassages()
        guard !piece.isEmpty else { return }
        var full = Piece()
        swap(&full, &piece)
        context.pulses.intake.rest()
        await output.send(full)
        context.pulses.intake.beat()
        // A cancelled sender may have lost this piece: nothing of what follows may be committed without it.
        if context.board.isStopping || Task.isCancelled { throw FaultGate.Stopped() }
    }

    private mutating func closePassages() {
        guard !passages.isEmpty else { return }
        piece.items.append(.passages(passages))
        passages = []
    }

    private mutating func add(_ item: WorkItem, weight: Int) async throws {
        closePassages()
        piece.items.append(item)
        piece.weight += weight
        if piece.weight >= PieceSender.bytes { try await flush() }
    }

    private mutating func add(_ passage: PreparedPassage) async throws {
        passages.append(passage)
        piece.tokens += passage.tokens.count
        piece.weight += passage.weight(dimension: context.model.identity.dimension)
        if piece.tokens >= PieceSender.tokens || piece.weight >= PieceSender.bytes { try await flush() }
    }

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
        switch format.contents {
        case .text: try await readText(contents, &ticket, limit: limit)
        case .jsonLines:
            if format.isCompressed || !file.name.isOfThisBoot {
                _ = try await survey(contents, file, isText: false, limit: limit)
                try await reading { () throws(PlatformError) in try contents.rewind() }
            }
            try await readLines(contents, &ticket, limit: limit)
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

    /// Reads with patience: what the system refuses for now is waited for; what it refuses of this file again and again is a
    /// fault of the file.
    private func reading<Result>(
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
                if refusals >= Self.patience { throw DocumentFault.unreadable(error) }
                throw error
            }
        }
    }

    private static let patience = 4
    /// So many lines may be at fault in any file, and more only beside as many good ones.
    private static let maximumBadLines = 1_000_000
    private static let attempts = 8
    /// What a record of a shard can hold (Format.md, 1.7).
    private static let maximumRecordBytes = 1 << 27

    /// Passes the gate, which would wait for the file to come back.
    private struct Absence: Error {}

    /// Passes whoever takes a fault for that of one line.
    private struct Endless: Error {
        let fault: DocumentFault
    }

    private func next(_ contents: ContentsReader, limit: Int) async throws -> [UInt8]? {
        context.pulses.intake.beat()
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
    private func survey(
        _ contents: ContentsReader, _ file: ClaimedFile, isText: Bool, limit: Int
    ) async throws -> TextSurvey {
        var survey = TextSurvey(validates: isText)
        while let piece = try await next(contents, limit: limit) { survey.add(piece) }
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

    private mutating func readText(_ contents: ContentsReader, _ ticket: inout Ticket, limit: Int) async throws {
        let survey = try await survey(contents, ticket.file, isText: true, limit: limit)
        ticket.digest = contents.digest
        if survey.isBlank { throw DocumentFault.emptyFile }
        if let fault = survey.fault { throw fault }
        guard let digest = contents.digest else { throw DocumentFault.emptyFile }
        let path = ticket.file.relativePath.bytes
        let identifier = DocumentIdentifier(path: path)
        let record = record(identifier, content: digest, byteCount: contents.byteCount, ticket.file)
        if isKnown(identifier, record.key, path) {
            ticket.unchanged = 1
            ticket.staying = [IdentifierDigest(identifier)]
            return
        }
        try await reading { () throws(PlatformError) in try contents.rewind() }
        var reader = PassageReader(context.model.cutter(), offset: survey.markLength)
        var mark = survey.markLength
        var count = 0
        // A file can be written to under another of its names between two looks at it, and the cutter trusts what it is given.
        var second = TextSurvey(validates: true)
        while let piece = try await next(contents, limit: limit) {
            second.add(piece)
            if second.fault != nil { throw DocumentFault.changed }
            reader.add(piece.dropFirst(mark))
            mark = 0
            count += try await addPassages(&reader)
        }
        guard contents.digest == digest else { throw DocumentFault.changed }
        reader.finish()
        count += try await addPassages(&reader)
        guard count > 0 else { throw DocumentFault.meaningless }
        ticket.staying = [IdentifierDigest(identifier)]
        try await add(.document(record), weight: PieceSender.itemWeight)
    }

    private mutating func addPassages(_ reader: inout PassageReader) async throws -> Int {
        var count = 0
        while let passage = reader.next() {
            guard passage.passage.text.count <= Self.maximumRecordBytes else { throw DocumentFault.oneLargePassage }
            try await add(passage)
            count += 1
        }
        return count
    }

    // MARK: - Lines

    private mutating func readLines(_ contents: ContentsReader, _ ticket: inout Ticket, limit: Int) async throws {
        var lines = LineSplitter()
        let badLines = BadLinesFile(context.spool, ticket.file.name)
        do {
            while let piece = try await next(contents, limit: limit) {
                lines.add(piece)
                try await takeLines(&lines, &ticket, badLines)
            }
            lines.finish()
            try await takeLines(&lines, &ticket, badLines)
        } catch let endless as Endless {
            badLines.remove()
            throw endless.fault
        }
        ticket.digest = contents.digest
        guard !ticket.staying.isEmpty else {
            badLines.remove()
            throw ticket.badLines.first.first ?? .emptyFile
        }
        try await context.gate.retrying("keeping bad lines") { try badLines.finish() }
        ticket.badLinesFile = badLines.path
    }

    private mutating func takeLines(
        _ lines: inout LineSplitter, _ ticket: inout Ticket, _ badLines: BadLinesFile
    ) async throws {
        var sinceBeat = 0
        while let line = lines.next() {
            sinceBeat += line.bytes.count
            if sinceBeat > ContentsReader.pieceByteCount {
                context.pulses.intake.beat()
                sinceBeat = 0
            }
            do {
                guard line.bytes.count <= Self.maximumRecordBytes else { throw DocumentFault.longLine(line.number) }
                let document = try DocumentDecoder.object(line.bytes, line: line.number, at: line.offset)
                try await take(document, line, &ticket)
            } catch let fault as DocumentFault {
                ticket.badLines.append(fault)
                // A small file can hold millions of such lines, and others wait behind it.
                if ticket.badLines.count > max(Self.maximumBadLines, ticket.staying.count) {
                    throw Endless(fault: .hopeless(ticket.badLines, lines: line.number))
                }
                try await context.gate.retrying("keeping bad lines") { try badLines.append(line.bytes) }
            }
        }
    }

    private mutating func take(
        _ document: DecodedDocument, _ line: LineSplitter.Line, _ ticket: inout Ticket
    ) async throws {
        let path = ticket.file.relativePath.bytes
        let identifier = DocumentIdentifier(path: path, item: document.item.map { Array($0.utf8) })
        let digest = IdentifierDigest(identifier)
        guard ticket.staying.insert(digest).inserted else {
            throw DocumentDecoder.duplicate(document.item ?? "", line: line.number, at: line.offset)
        }
        var record = record(identifier, content: document.contentDigest, byteCount: document.byteCount, ticket.file)
        record.title = document.title
        record.metadata = document.metadata.map { String(decoding: $0, as: UTF8.self) }
        guard record.fits else {
            ticket.staying.remove(digest)
            throw DocumentFault.largeMetadata(line.number, at: line.offset)
        }
        if isKnown(identifier, record.key, path) {
            ticket.unchanged += 1
            return
        }
        var reader = PassageReader(context.model.cutter(), offset: 0)
        reader.add(document.text[...])
        reader.finish()
        guard try await addPassages(&reader) > 0 else {
            ticket.staying.remove(digest)
            throw DocumentFault.meaningless
        }
        try await add(.document(record), weight: PieceSender.itemWeight + line.bytes.count)
    }

    // MARK: - Documents

    /// Whether the index has exactly this document, and will have when the file's turn comes.
    private func isKnown(_ identifier: DocumentIdentifier, _ key: SHA256Digest, _ path: [UInt8]) -> Bool {
        context.files.isAlone(path) && context.index.key(of: IdentifierDigest(identifier)) == KeyPrefix(key)
    }

    private func record(
        _ identifier: DocumentIdentifier, content: SHA256Digest, byteCount: Int, _ file: ClaimedFile
    ) -> ShardDocument {
        ShardDocument(
            path: Array(identifier.path), item: identifier.item.map { Array($0) }, size: byteCount,
            modified: file.status.modified, content: content, key: key(of: identifier, content: content),
            claim: file.name.text)
    }

    private func key(of identifier: DocumentIdentifier, content: SHA256Digest) -> SHA256Digest {
        var hasher = SHA256Digest.Hasher()
        var length: [UInt8] = []
        length.append(littleEndian: UInt64(identifier.bytes.count))
        hasher.update(length.rawSpan)
        hasher.update(identifier.bytes.rawSpan)
        hasher.update(content.bytes.rawSpan)
        hasher.update(context.pipeline.bytes.rawSpan)
        return hasher.finish()
    }
}
