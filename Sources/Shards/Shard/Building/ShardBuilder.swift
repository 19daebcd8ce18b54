import Platform
import SystemPackage

/// Gathers documents with their passages and codes in memory, and writes them as one shard.
///
/// The caller bounds it: by `rowCount`, by `byteCount` or by time. A document goes into one shard whole, but its rows may come
/// piece by piece, while the rest of it is still being encoded.
package struct ShardBuilder: Sendable {
    /// How a shard is written; readers accept any.
    package struct Options: Sendable, Hashable {
        /// Writes the codes as compressed frames: 8 % smaller, but decompressed as a whole before a search. For archives.
        package var compressesCodes: Bool
        /// zstd's level for text and tables; 3 while files come in, 9 for shards that stay.
        package var level: Int

        package init(compressesCodes: Bool = false, level: Int = 3) {
            self.compressesCodes = compressesCodes
            self.level = level
        }
    }

    /// What all rows have in common.
    package let identity: IndexIdentity
    package let options: Options

    private(set) var codes: RowBlocks
    private(set) var signs: RowBlocks
    private(set) var texts: TextPacker
    /// Records of section 4, one after another.
    private(set) var passages: [UInt8] = []
    private(set) var documents = PackedDocuments()
    /// Rows of finished documents.
    private var finishedRowCount = 0

    package init(identity: IndexIdentity, options: Options = Options()) {
        self.identity = identity
        self.options = options
        codes = RowBlocks(bytesPerRow: identity.bytesPerRow)
        signs = RowBlocks(bytesPerRow: identity.signBytesPerRow ?? 0)
        texts = TextPacker(level: options.level)
        texts.begin()
    }

    /// Rows so far, those of the open document included.
    package var rowCount: Int { passages.count / PassageRecord.byteCount }
    /// Rows of the document that is not finished.
    package var openRowCount: Int { rowCount - finishedRowCount }
    /// Finished documents.
    package var documentCount: Int { documents.count }
    package var isEmpty: Bool { passages.isEmpty }
    /// About the memory that is held; text counts as compressed, once a frame of it is full.
    package var byteCount: Int {
        codes.byteCount + signs.byteCount + texts.byteCount + passages.count + documents.byteCount
    }

    /// Adds the next rows of the open document; adds nothing when it throws.
    ///
    /// - Parameters:
    ///   - passages: in order.
    ///   - codes: one row per passage of `identity.bytesPerRow` bytes.
    ///   - signs: one row per passage of `identity.signBytesPerRow` bytes, the `ubinary` codes of the same vectors; empty
    ///     for precisions without a sign plane.
    /// - Throws: `ShardsError`: `.invalid`, naming what does not fit; `.system` when zstd gets no memory. One row can be added
    ///   again after that; of several, the open document must be abandoned.
    package mutating func append(
        passages newPassages: [ShardPassage], codes newCodes: [UInt8], signs newSigns: [UInt8] = []
    ) throws(ShardsError) {
        try check(newPassages, codes: newCodes.count, signs: newSigns.count)
        let first = openRowCount
        for (number, passage) in newPassages.enumerated() {
            let (frame, range) = try place(passage)
            PassageRecord.append(
                StoredPassage(
                    document: documents.count, ordinal: first + number, byteRange: passage.byteRange,
                    lineRange: passage.lineRange, tokenCount: passage.tokenCount, isTruncated: passage.isTruncated,
                    textFrame: frame, textRange: range), to: &passages)
        }
        codes.append(newCodes)
        signs.append(newSigns)
    }

    /// Closes the open document.
    ///
    /// - Throws: `ShardsError` of code `.invalid` when it has no rows or cannot be stored; it is still open then.
    package mutating func finish(_ document: ShardDocument) throws(ShardsError) {
        try check(document)
        documents.append(document, rows: finishedRowCount..<rowCount)
        finishedRowCount = rowCount
        texts.begin()
    }

    /// Takes the rows of the open document back, as if they had never come.
    package mutating func abandonDocument() {
        passages.removeSubrange((finishedRowCount * PassageRecord.byteCount)...)
        codes.truncate(rows: finishedRowCount)
        signs.truncate(rows: finishedRowCount)
        texts.rewind()
    }

    /// Adds a whole document; adds nothing when it throws.
    ///
    /// - Parameters:
    ///   - passages: in order; at least one.
    ///   - codes: as for rows that come piece by piece.
    ///   - signs: likewise.
    /// - Throws: `ShardsError` of code `.invalid`, naming what does not fit, also while another document is open; `.system`.
    package mutating func append(
        _ document: ShardDocument, passages: [ShardPassage], codes: [UInt8], signs: [UInt8] = []
    ) throws(ShardsError) {
        guard openRowCount == 0 else { throw Self.invalid(document, "another document is open") }
        do throws(ShardsError) {
            try append(passages: passages, codes: codes, signs: signs)
            try finish(document)
        } catch {
            abandonDocument()
            throw error
        }
    }

    /// Gives the documents of one claim another one.
    ///
    /// Whether a file ends in this shard, which its claim tells, is known only when the shard is about to be written.
    package mutating func rename(claim: String, to new: String) {
        documents.rename(claim: claim, to: new)
    }

    private mutating func place(_ passage: ShardPassage) throws(ShardsError) -> (frame: Int, range: Range<Int>) {
        do throws(PlatformError) {
            return try texts.append(passage, ofDocument: documents.count)
        } catch {
            throw ShardsError(error, path: FilePath("."))
        }
    }
}
