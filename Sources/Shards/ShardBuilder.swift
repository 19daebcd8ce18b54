import SystemPackage

/// Gathers documents with their passages and codes in memory, and writes them as one shard.
///
/// The caller bounds it: by `rowCount`, by `byteCount` or by time. A document goes into one shard whole.
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

    private(set) var codes: [UInt8] = []
    private(set) var signs: [UInt8] = []
    private(set) var texts = TextPacker()
    private(set) var passages: [StoredPassage] = []
    private(set) var documents: [StoredDocument] = []

    package init(identity: IndexIdentity, options: Options = Options()) {
        self.identity = identity
        self.options = options
    }

    package var rowCount: Int { passages.count }
    package var documentCount: Int { documents.count }
    package var isEmpty: Bool { passages.isEmpty }
    /// About the memory that is held: codes and text.
    package var byteCount: Int { codes.count + signs.count + texts.byteCount }

    /// Adds a document; adds nothing when it throws.
    ///
    /// - Parameters:
    ///   - passages: in order; at least one.
    ///   - codes: one row per passage of `identity.bytesPerRow` bytes.
    ///   - signs: one row per passage of `identity.signBytesPerRow` bytes, the `ubinary` codes of the same vectors; empty
    ///     for precisions without a sign plane.
    /// - Throws: `ShardsError` of code `.invalid`, naming what does not fit.
    package mutating func append(
        _ document: ShardDocument, passages newPassages: [ShardPassage], codes newCodes: [UInt8],
        signs newSigns: [UInt8] = []
    ) throws(ShardsError) {
        try check(document, newPassages, codes: newCodes.count, signs: newSigns.count)
        let firstRow = rowCount
        let number = documents.count
        for (ordinal, passage) in newPassages.enumerated() {
            let (frame, range) = texts.append(passage, ofDocument: number)
            passages.append(
                StoredPassage(
                    document: number, ordinal: ordinal, byteRange: passage.byteRange, lineRange: passage.lineRange,
                    tokenCount: passage.tokenCount, isTruncated: passage.isTruncated, textFrame: frame,
                    textRange: range))
        }
        codes += newCodes
        signs += newSigns
        documents.append(StoredDocument(document: document, rows: firstRow..<rowCount))
    }

    private func check(
        _ document: ShardDocument, _ newPassages: [ShardPassage], codes: Int, signs: Int
    ) throws(ShardsError) {
        func invalid(_ message: String) -> ShardsError {
            ShardsError(.invalid, path: FilePath(String(decoding: document.path, as: UTF8.self)), message)
        }
        guard !document.path.isEmpty, !document.path.contains(0) else {
            throw invalid("a document's path must not be empty or hold NUL")
        }
        guard !newPassages.isEmpty else { throw invalid("a document without passages cannot be stored") }
        guard codes == newPassages.count * identity.bytesPerRow,
            signs == newPassages.count * (identity.signBytesPerRow ?? 0)
        else {
            throw invalid(
                "\(codes) bytes of codes and \(signs) of signs are not \(newPassages.count) rows of "
                    + "\(identity.bytesPerRow) and \(identity.signBytesPerRow ?? 0)")
        }
        guard (1...ShardFormat.maximumBlockByteCount).contains(identity.bytesPerRow) else {
            throw invalid("a row of \(identity.bytesPerRow) bytes does not fit into a block")
        }
        guard rowCount + newPassages.count <= ShardFormat.maximumRowCount else {
            throw invalid("a shard holds at most \(ShardFormat.maximumRowCount) rows")
        }
        let fields = [document.path, document.item ?? []].map(\.count)
        let texts = [document.claim, document.title ?? "", document.metadata ?? ""].map(\.utf8.count)
        guard (fields + texts).reduce(DocumentRecord.fixedByteCount + 20, +) <= ShardFormat.maximumRecordByteCount,
            newPassages.allSatisfy({ $0.text.count <= ShardFormat.maximumRecordByteCount }), document.size >= 0
        else {
            throw invalid(
                "a passage or the metadata is larger than the \(ShardFormat.maximumRecordByteCount) bytes that a record can have"
            )
        }
        for passage in newPassages {
            guard passage.byteRange.lowerBound >= 0, passage.lineRange.lowerBound >= 1,
                passage.lineRange.upperBound <= UInt32.max, (0...Int(UInt32.max)).contains(passage.tokenCount)
            else { throw invalid("a passage has an impossible range: \(passage.byteRange), \(passage.lineRange)") }
        }
    }
}
