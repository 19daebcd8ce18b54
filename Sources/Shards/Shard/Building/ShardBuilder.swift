package import Lexicon
import Platform
import SystemPackage

/// Collects documents with their passages and codes in memory, and writes them as one shard.
///
/// The caller limits it by `rowCount`, `byteCount` or time. A whole document goes into one shard, but its rows may
/// arrive in pieces while the rest of it is still being encoded.
package struct ShardBuilder: Sendable {
    /// How a shard is written; readers accept every variant.
    package struct Options: Sendable, Hashable {
        /// Writes the codes as compressed frames, for archives.
        ///
        /// This is 8 % smaller, but a search must first decompress all of them.
        package var compressesCodes: Bool
        /// zstd's level for text and tables: 3 while files arrive, 9 for shards that stay.
        package var level: Int
        /// The rules of the terms that come with the passages; nil for a shard without terms.
        package var analyzer: Analyzer?
        /// Writes the columns of the documents, by which searches are filtered fast.
        package var hasColumns: Bool

        package init(
            compressesCodes: Bool = false, level: Int = 3, analyzer: Analyzer? = nil, hasColumns: Bool = false
        ) {
            self.compressesCodes = compressesCodes
            self.level = level
            self.analyzer = analyzer
            self.hasColumns = hasColumns
        }
    }

    /// The properties that all rows share.
    package let identity: IndexIdentity
    package let options: Options

    private(set) var codes: RowBlocks
    private(set) var signs: RowBlocks
    private(set) var texts: TextPacker
    /// The records of section 4, one after another.
    private(set) var passages: [UInt8] = []
    private(set) var documents = PackedDocuments()
    /// The terms of the rows; nil for a shard without them.
    private(set) var terms: TermsBuilder?
    /// The number of rows of finished documents.
    private var finishedRowCount = 0

    package init(identity: IndexIdentity, options: Options = Options()) {
        self.identity = identity
        self.options = options
        codes = RowBlocks(bytesPerRow: identity.bytesPerRow)
        signs = RowBlocks(bytesPerRow: identity.signBytesPerRow ?? 0)
        terms = options.analyzer.map { TermsBuilder(analyzer: $0) }
        texts = TextPacker(level: options.level)
        texts.begin()
    }

    /// The number of rows so far, including those of the open document.
    package var rowCount: Int { passages.count / PassageRecord.byteCount }
    /// The number of rows of the unfinished document.
    package var openRowCount: Int { rowCount - finishedRowCount }
    /// The number of finished documents.
    package var documentCount: Int { documents.count }
    package var isEmpty: Bool { passages.isEmpty }
    /// The approximate memory in use; text counts as compressed once its frame is full.
    package var byteCount: Int {
        codes.byteCount + signs.byteCount + texts.byteCount + passages.count + documents.byteCount
            + (terms?.byteCount ?? 0)
    }

    /// Adds the next rows of the open document; adds nothing when it throws.
    ///
    /// There is one row of codes per passage, of `identity.bytesPerRow` bytes. There is one row of signs per passage
    /// too, of `identity.signBytesPerRow` bytes: the `ubinary` codes of the same vectors; none for precisions without a
    /// sign plane. A shard with terms has one list per passage. Throws `ShardsError`: `.invalid`, naming what does not fit; `.system` when zstd gets no memory.
    /// After that a single row can be added again; after several rows, the open document must be abandoned.
    package mutating func append(
        passages newPassages: [ShardPassage], codes newCodes: [UInt8], signs newSigns: [UInt8] = [],
        terms newTerms: [TermList] = []
    ) throws(ShardsError) {
        try check(newPassages, codes: newCodes.count, signs: newSigns.count, terms: newTerms.count)
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
        for list in newTerms { terms?.append(list) }
    }

    /// Finishes the open document.
    ///
    /// - Throws: `ShardsError` of code `.invalid` when it has no rows or cannot be stored; then it remains open.
    package mutating func finish(_ document: ShardDocument) throws(ShardsError) {
        try check(document)
        documents.append(document, rows: finishedRowCount..<rowCount)
        finishedRowCount = rowCount
        texts.begin()
    }

    /// Removes the rows of the open document.
    package mutating func abandonDocument() {
        passages.removeSubrange((finishedRowCount * PassageRecord.byteCount)...)
        codes.truncate(rows: finishedRowCount)
        signs.truncate(rows: finishedRowCount)
        terms?.truncate(rows: finishedRowCount)
        texts.rewind()
    }

    /// Adds a whole document with at least one passage; adds nothing when it throws.
    ///
    /// Codes and signs are as for rows that arrive in pieces. Throws `ShardsError` of code `.invalid`, naming what does
    /// not fit, also while another document is open; `.system`.
    package mutating func append(
        _ document: ShardDocument, passages: [ShardPassage], codes: [UInt8], signs: [UInt8] = [],
        terms: [TermList] = []
    ) throws(ShardsError) {
        guard openRowCount == 0 else { throw Self.invalid(document, "another document is open") }
        do throws(ShardsError) {
            try append(passages: passages, codes: codes, signs: signs, terms: terms)
            try finish(document)
        } catch {
            abandonDocument()
            throw error
        }
    }

    /// Replaces one claim with another in all its documents.
    ///
    /// The claim depends on whether a file ends in this shard, which is known only just before the shard is written.
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
