package import Platform
package import Shards

/// Finds documents that the index has, living or dead, and reads their rows, to give them to a document of the same contents.
///
/// It keeps the last shard open, because copies of a folder find one another in few shards. For one thread.
package final class StoredRows {
    /// A document in a shard.
    package struct Place: Sendable {
        let shard: ShardReader
        /// Its rows in the shard.
        package let rows: Range<Int>
    }

    /// Some rows of a document: its passages, with their codes and signs as they are stored.
    package struct Rows: Sendable {
        package let passages: [ShardPassage]
        package let codes: [UInt8]
        package let signs: [UInt8]

        /// About the bytes that they take.
        package var weight: Int { passages.reduce(codes.count + signs.count) { $0 + $1.text.count + 200 } }
    }

    private let index: IndexWriter
    private var opened: (name: ShardName, shard: ShardReader)?

    package init(_ index: IndexWriter) { self.index = index }

    /// The newest document with these contents that `matches`; nil also when the shard cannot be read.
    package func find(_ content: SHA256Digest, where matches: (ShardDocument) -> Bool) -> Place? {
        guard let (name, number) = index.place(of: content) else { return nil }
        do throws(ShardsError) {
            let shard = try open(name)
            guard number < shard.documentCount else { return nil }
            let stored = try shard.document(number)
            guard stored.document.content == content, matches(stored.document) else { return nil }
            return Place(shard: shard, rows: stored.rows)
        } catch {
            // It may have been replaced and removed meanwhile; then the text is encoded.
            return nil
        }
    }

    private func open(_ name: ShardName) throws(ShardsError) -> ShardReader {
        if let opened, opened.name == name { return opened.shard }
        let shard = try index.reader(of: name)
        opened = (name, shard)
        return shard
    }

    /// Reads rows of a document.
    ///
    /// - Parameters:
    ///   - rows: rows of the shard.
    ///   - place: the document.
    /// - Returns: the rows.
    /// - Throws: `ShardsError` of a damaged shard.
    package func read(_ rows: Range<Int>, of place: Place) throws(ShardsError) -> Rows {
        let shard = place.shard
        var reader = try RowReader(shard)
        var passages: [ShardPassage] = []
        var codes: [UInt8] = []
        var signs: [UInt8] = []
        for row in rows {
            let stored = try reader.passage(ofRow: row)
            passages.append(
                ShardPassage(
                    byteRange: stored.byteRange, lineRange: stored.lineRange, tokenCount: stored.tokenCount,
                    isTruncated: stored.isTruncated, text: try reader.text(of: stored)))
            codes.append(shard.code(ofRow: row))
            if let layout = shard.signs {
                let block = row / layout.rowsPerBlock
                let first = row % layout.rowsPerBlock * layout.bytesPerRow
                signs.append(shard.block(block, of: .signs).extracting(first..<first + layout.bytesPerRow))
            }
        }
        return Rows(passages: passages, codes: codes, signs: signs)
    }
}

extension [UInt8] {
    fileprivate mutating func append(_ bytes: RawSpan) {
        for place in bytes.byteOffsets { append(bytes.littleEndian(at: place) ?? 0) }
    }
}
