import Documents
import Encoding
import Identity
import Indexing
import Platform
import Shards
import Spool
import SystemPackage

/// Makes documents of what a file holds, and work items of the documents.
extension FileIntake {
    /// So many lines may be at fault in any file, and more only beside as many good ones.
    private static let maximumBadLines = 1_000_000
    /// What a record of a shard can hold (Format.md, 1.7).
    private static let maximumRecordBytes = 1 << 27

    /// Passes those who take a fault for that of one line.
    private struct Endless: Error {
        let fault: DocumentFault
    }

    /// Reads a file that is one document: once to see what it is, and again to cut it.
    mutating func readWhole(
        _ contents: ContentsReader, _ format: DocumentFormat, _ ticket: inout Ticket, limit: Int
    ) async throws {
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
        if try await copy(record, format) {
            ticket.staying = [IdentifierDigest(identifier)]
            return
        }
        try await reading { () throws(PlatformError) in try contents.rewind() }
        var documents = DocumentStream(format.contents, digest: digest)
        var open = OpenDocument(
            identifier, record, reader: PassageReader(context.model.cutter(), offset: survey.markLength))
        var isWhole = false
        while !isWhole {
            if let piece = try await next(contents, limit: limit) {
                documents.add(piece)
            } else {
                guard contents.digest == digest else { throw DocumentFault.changed }
                documents.finish()
                isWhole = true
            }
            while let event = try nextAgain(&documents) {
                switch event {
                case .document(let document): open.reader.add(document.text[...])
                case .text(let piece): open.reader.add(piece)
                case .end: open.reader.finish()
                case .fault(let fault, _): throw fault
                case .continuation: break
                }
                try await addPassages(&open)
            }
        }
        try await close(open, &ticket, weight: 0)
    }

    /// The next event of a second look.
    ///
    /// A file can be written to under another of its names between two looks at it, and the cutter trusts what it is given.
    private func nextAgain(_ documents: inout DocumentStream) throws -> DocumentStream.Event? {
        do throws(DocumentFault) {
            return try documents.next()
        } catch {
            throw DocumentFault.changed
        }
    }

    /// Reads a file of many documents, of which each is taken or refused by itself.
    mutating func readMany(
        _ contents: ContentsReader, _ format: DocumentFormat, _ ticket: inout Ticket, limit: Int
    ) async throws {
        var documents = DocumentStream(format.contents)
        let badLines = BadLinesFile(context.spool, ticket.file.name)
        do {
            while let piece = try await next(contents, limit: limit) {
                documents.add(piece)
                try await take(&documents, format, &ticket, badLines)
            }
            documents.finish()
            try await take(&documents, format, &ticket, badLines)
        } catch let endless as Endless {
            badLines.remove()
            throw endless.fault
        } catch {
            badLines.remove()
            throw error
        }
        ticket.digest = contents.digest
        guard !ticket.staying.isEmpty else {
            badLines.remove()
            throw ticket.badLines.first.first ?? .emptyFile
        }
        try await context.gate.retrying("keeping bad lines") { try badLines.finish() }
        ticket.badLinesFile = badLines.path
    }

    private mutating func take(
        _ documents: inout DocumentStream, _ format: DocumentFormat, _ ticket: inout Ticket, _ badLines: BadLinesFile
    ) async throws {
        var sinceBeat = 0
        while let event = try documents.next() {
            do {
                switch event {
                case .document(let document):
                    sinceBeat += document.byteCount ?? 0
                    try await take(document, format, &ticket)
                case .continuation(let continuation): try await join(continuation.path, &ticket)
                case .text, .end: break
                case .fault(let fault, _): throw fault
                }
            } catch let fault as DocumentFault {
                guard let line = event.line else { throw fault }
                ticket.badLines.append(fault)
                // A small file can hold millions of such lines, and others wait behind it.
                if ticket.badLines.count > max(Self.maximumBadLines, ticket.staying.count) {
                    throw Endless(fault: .hopeless(ticket.badLines, lines: line.number))
                }
                sinceBeat += line.bytes.count
                let path = ticket.documentPath
                try await context.gate.retrying("keeping bad lines") { try badLines.append(line.bytes, of: path) }
            }
            if sinceBeat > ContentsReader.pieceByteCount {
                context.heart.beat()
                sinceBeat = 0
            }
        }
    }

    /// The file continues another one: it must overtake no version of that, and none must overtake it.
    private func join(_ path: FilePath, _ ticket: inout Ticket) async throws {
        ticket.continues = path
        guard path != ticket.file.relativePath else { return }
        if ticket.joined == nil {
            let isFree = context.files.join(path.bytes, context.lane)
            guard isFree || context.lane == .bulk else { throw Rerouted(joined: path) }
            ticket.joined = path
        }
        guard ticket.joined == path else { throw DocumentFault.changed }
        if context.lane == .bulk { try await context.waitForBrief(path) }
    }

    private mutating func take(
        _ document: DecodedDocument, _ format: DocumentFormat, _ ticket: inout Ticket
    ) async throws {
        guard let line = document.line, let content = document.contentDigest else { return }
        let path = ticket.documentPath.bytes
        let identifier = DocumentIdentifier(path: path, item: document.item.map { Array($0.utf8) })
        let digest = IdentifierDigest(identifier)
        guard ticket.staying.insert(digest).inserted else {
            throw DocumentDecoder.duplicate(document.item ?? "", line: line.number, at: line.offset)
        }
        var record = record(identifier, content: content, byteCount: line.bytes.count, ticket.file)
        record.title = document.title
        record.metadata = document.metadata.map { String(decoding: $0, as: UTF8.self) }
        guard record.fits else {
            ticket.staying.remove(digest)
            throw DocumentFault.largeMetadata(line.number, at: line.offset)
        }
        // Versions in flight of the file that this one continues are not known here; the commit compares again.
        if ticket.continues == nil, isKnown(identifier, record.key, path) {
            ticket.unchanged += 1
            return
        }
        if try await copy(record, format) { return }
        var open = OpenDocument(identifier, record, reader: PassageReader(context.model.cutter(), offset: 0))
        open.reader.add(document.text[...])
        open.reader.finish()
        do {
            try await addPassages(&open)
            try await close(open, &ticket, weight: line.bytes.count)
        } catch let fault as DocumentFault {
            ticket.staying.remove(digest)
            throw fault
        }
    }

    /// A document of which not all passages are handed over.
    private struct OpenDocument {
        let digest: IdentifierDigest
        let record: ShardDocument
        var reader: PassageReader
        var count = 0

        init(_ identifier: DocumentIdentifier, _ record: ShardDocument, reader: PassageReader) {
            digest = IdentifierDigest(identifier)
            self.record = record
            self.reader = reader
        }
    }

    private mutating func addPassages(_ open: inout OpenDocument) async throws {
        while let passage = open.reader.next() {
            guard passage.passage.text.count <= Self.maximumRecordBytes else { throw DocumentFault.oneLargePassage }
            try await add(passage)
            open.count += 1
        }
    }

    private mutating func close(_ open: OpenDocument, _ ticket: inout Ticket, weight: Int) async throws {
        guard open.count > 0 else { throw DocumentFault.meaningless }
        ticket.staying.insert(open.digest)
        try await add(.document(open.record), weight: PieceSender.itemWeight + weight)
    }

    /// Whether the index has exactly this document, and will have when the file's turn comes.
    private func isKnown(_ identifier: DocumentIdentifier, _ key: SHA256Digest, _ path: [UInt8]) -> Bool {
        context.files.isAlone(path) && context.index.key(of: IdentifierDigest(identifier)) == KeyPrefix(key)
    }

    private func record(
        _ identifier: DocumentIdentifier, content: SHA256Digest, byteCount: Int, _ file: ClaimedFile
    ) -> ShardDocument {
        ShardDocument(
            path: Array(identifier.path), item: identifier.item.map { Array($0) }, size: byteCount,
            modified: file.status.modified, content: content, key: context.key(of: identifier, content: content),
            claim: file.name.text)
    }
}
