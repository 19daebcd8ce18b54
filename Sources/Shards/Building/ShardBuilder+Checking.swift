import Platform
import SystemPackage

extension ShardBuilder {
    /// Refuses rows that cannot be stored.
    func check(_ passages: [ShardPassage], codes: Int, signs: Int) throws(ShardsError) {
        func invalid(_ message: String) -> ShardsError { ShardsError(.invalid, message) }
        guard codes == passages.count * identity.bytesPerRow,
            signs == passages.count * (identity.signBytesPerRow ?? 0)
        else {
            throw invalid(
                "\(codes) bytes of codes and \(signs) of signs are not \(passages.count) rows of "
                    + "\(identity.bytesPerRow) and \(identity.signBytesPerRow ?? 0)")
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

    /// Refuses to close a document that cannot be stored.
    func check(_ document: ShardDocument) throws(ShardsError) {
        guard !document.path.isEmpty, !document.path.contains(0) else {
            throw Self.invalid(document, "a document's path must not be empty or hold NUL")
        }
        guard openRowCount > 0 else { throw Self.invalid(document, "a document without passages cannot be stored") }
        guard document.fits, document.size >= 0 else {
            throw Self.invalid(document, "the metadata is larger than a record can be")
        }
    }

    static func invalid(_ document: ShardDocument, _ message: String) -> ShardsError {
        ShardsError(.invalid, path: FilePath(bytes: document.path), message)
    }
}
