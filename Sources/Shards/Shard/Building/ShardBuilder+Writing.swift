import Glibc
import Lexicon
package import Platform
import SystemPackage

extension ShardBuilder {
    /// Writes the shard to the index directory: temporary file, `fsync`, rename without replacing.
    ///
    /// It is not part of the index until a commit names it, and the commit makes its name durable first. So a shard
    /// whose receipt was returned never has to be written again. The same contents and name give the same bytes.
    ///
    /// - Throws: `ShardsError`: `.invalid` without rows or while a document is open, `.system` when it cannot be
    ///   written, after which the temporary file is removed.
    package func write(into directory: OpenDirectory, name: ShardName) throws(ShardsError) -> ShardReceipt {
        let path = name.path(in: directory.path)
        guard !isEmpty else { throw ShardsError(.invalid, path: path, "a shard without rows is not written") }
        guard openRowCount == 0 else { throw ShardsError(.invalid, path: path, "one of its documents is still open") }
        let component = IndexFile.shard(name).component
        let temporary = OpenDirectory.temporaryName(for: component)
        do throws(PlatformError) {
            var file = try ShardFileWriter(
                try directory.open(temporary, OpenFlags.newFile, mode: IndexFile.mode), level: options.level)
            let (checksum, byteCount) = try write(to: &file)
            try directory.install(file.takeDescriptor(), temporary, as: component, isReplacing: false)
            return ShardReceipt(
                name: name, rowCount: rowCount, byteCount: byteCount, checksum: checksum,
                analyzer: terms?.analyzer.name, claims: documents.claims,
                documents: documents.receipts)
        } catch {
            directory.removeIfPresent(temporary)
            throw ShardsError(error, path: path)
        }
    }

    private func write(to file: inout ShardFileWriter) throws(PlatformError) -> (checksum: UInt64, byteCount: Int) {
        let header = ShardHeader(identity: identity, rowCount: rowCount, documentCount: documentCount)
        try file.writeHeader(header)
        try write(.codes, codes, to: &file)
        if identity.signBytesPerRow != nil { try write(.signPlane, signs, to: &file) }
        file.beginFrames()
        for frame in try texts.closedFrames() { try file.writeFrame(frame) }
        file.endFrames(.text, recordCount: rowCount, recordsPerFrame: 0)
        file.beginFrames()
        for first in stride(from: 0, to: rowCount, by: ShardFormat.passagesPerFrame) {
            let end = min(first + ShardFormat.passagesPerFrame, rowCount)
            let records = passages[first * PassageRecord.byteCount..<end * PassageRecord.byteCount]
            try file.writeFrame(Array(records), firstRecord: first)
        }
        file.endFrames(.passages, recordCount: rowCount, recordsPerFrame: ShardFormat.passagesPerFrame)
        var columns = ColumnsBuilder()
        file.beginFrames()
        try documents.forEachFrame { (content, first) throws(PlatformError) in
            try file.writeFrame(content, firstRecord: first)
            if options.hasColumns { columns.append(records: content) }
        }
        file.endFrames(.documents, recordCount: documentCount, recordsPerFrame: 0)
        if let terms { try file.writeMapped(.terms, terms.content(), recordCount: rowCount) }
        if options.hasColumns, let content = columns.content() {
            try file.writeMapped(.columns, content, recordCount: documentCount)
        }
        return try file.finish(headerChecksum: header.checksum)
    }

    private func write(
        _ kind: ShardSection.Kind, _ rows: RowBlocks, to file: inout ShardFileWriter
    ) throws(PlatformError) {
        let layout = BlockLayout(rowCount: rowCount, bytesPerRow: rows.bytesPerRow)
        guard options.compressesCodes else {
            file.beginBlocks()
            for block in rows.blocks { try file.writeBlock(block.rawSpan, layout: layout) }
            return file.endBlocks(kind, layout: layout)
        }
        file.beginFrames()
        for (number, block) in rows.blocks.enumerated() {
            try file.writeFrame(block, firstRecord: layout.rows(inBlock: number).lowerBound)
        }
        file.endFrames(kind, recordCount: rowCount, recordsPerFrame: layout.rowsPerBlock)
    }
}

extension ShardBuilder {
    /// Refuses rows that cannot be stored.
    func check(_ passages: [ShardPassage], codes: Int, signs: Int, terms: Int) throws(ShardsError) {
        func invalid(_ message: String) -> ShardsError { ShardsError(.invalid, message) }
        guard codes == passages.count * identity.bytesPerRow,
            signs == passages.count * (identity.signBytesPerRow ?? 0)
        else {
            throw invalid(
                "\(codes) bytes of codes and \(signs) of signs are not \(passages.count) rows of "
                    + "\(identity.bytesPerRow) and \(identity.signBytesPerRow ?? 0)")
        }
        guard terms == (self.terms == nil ? 0 : passages.count) else {
            throw invalid("\(terms) lists of terms are not those of \(passages.count) rows")
        }
        guard (1...ShardFormat.maximumBlockByteCount).contains(identity.bytesPerRow) else {
            throw invalid("a row of \(identity.bytesPerRow) bytes does not fit into a block")
        }
        guard rowCount + passages.count <= ShardFormat.maximumRowCount else {
            throw invalid("a shard holds at most \(ShardFormat.maximumRowCount) rows")
        }
        for passage in passages {
            guard passage.text.count <= ShardFormat.maximumRecordByteCount else {
                throw invalid(
                    "a passage is larger than the \(ShardFormat.maximumRecordByteCount) bytes that a record can have")
            }
            guard passage.byteRange.lowerBound >= 0, passage.lineRange.lowerBound >= 1,
                passage.lineRange.upperBound <= UInt32.max, (0...Int(UInt32.max)).contains(passage.tokenCount)
            else { throw invalid("a passage has an impossible range: \(passage.byteRange), \(passage.lineRange)") }
        }
    }

    /// Refuses to finish a document that cannot be stored.
    func check(_ document: ShardDocument) throws(ShardsError) {
        guard !document.path.isEmpty, !document.path.contains(0) else {
            throw Self.invalid(document, "a document's path must not be empty or contain NUL")
        }
        guard openRowCount > 0 else { throw Self.invalid(document, "a document without passages cannot be stored") }
        guard document.fits, document.size >= 0 else {
            throw Self.invalid(document, "the metadata is too large for a record")
        }
    }

    static func invalid(_ document: ShardDocument, _ message: String) -> ShardsError {
        ShardsError(.invalid, path: FilePath(bytes: document.path), message)
    }
}
