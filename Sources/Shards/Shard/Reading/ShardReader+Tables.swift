import Platform
import SystemPackage

extension ShardReader {
    /// Reads the passage of a row below `rowCount`; use `RowReader` for many rows.
    ///
    /// Throws `ShardsError` of code `.corrupt`.
    package func passage(ofRow row: Int) throws(ShardsError) -> StoredPassage {
        var reader = try RowReader(self)
        return try reader.passage(ofRow: row)
    }

    /// Reads the passages of all rows, in order.
    package func allPassages() throws(ShardsError) -> [StoredPassage] {
        let section = try requiredSection(.passages)
        var decoder = try FrameDecoder(path: path)
        var passages: [StoredPassage] = []
        passages.reserveCapacity(rowCount)
        for frame in index.frames(of: section) {
            let records = try decoder.decode(frame, of: section, in: file.bytes)
            var parser = FieldParser(records.rawSpan, path: path, section: section.name, at: frame.offset)
            while !parser.isAtEnd {
                passages.append(try checked(PassageRecord.parse(&parser), frame: frame, section: section))
            }
        }
        return passages
    }

    /// Reads the text of a passage, UTF-8.
    package func text(of passage: StoredPassage) throws(ShardsError) -> [UInt8] {
        var reader = try RowReader(self)
        return try reader.text(of: passage)
    }

    /// Reads a document by its number in the shard, which is below `documentCount`; passages contain these numbers.
    package func document(_ number: Int) throws(ShardsError) -> StoredDocument {
        var reader = try RowReader(self)
        return try reader.document(number)
    }

    /// Calls `body` for every document in order, with its number.
    package func forEachDocument(_ body: (Int, StoredDocument) -> Void) throws(ShardsError) {
        let section = try requiredSection(.documents)
        var decoder = try FrameDecoder(path: path)
        var number = 0
        var nextRow = 0
        for frame in index.frames(of: section) {
            var isOrdered = frame.firstRecord == number
            try forEachDocument(in: frame, section, decoder: &decoder) { document in
                isOrdered = isOrdered && document.rows.lowerBound == nextRow
                nextRow = document.rows.upperBound
                if isOrdered { body(number, document) }
                number += 1
                return isOrdered
            }
            guard isOrdered else {
                throw ShardsError(
                    .corrupt, path: path, section: section.name, offset: frame.offset,
                    "the rows of document \(number - 1) do not follow those of the previous document")
            }
        }
        guard number == documentCount, nextRow == rowCount else {
            throw ShardsError(
                .corrupt, path: path, section: section.name, offset: section.offset,
                "\(number) documents with \(nextRow) rows, not \(documentCount) with \(rowCount)")
        }
    }

    private func forEachDocument(
        in frame: ShardFrame, _ section: ShardSection, decoder: inout FrameDecoder,
        body: (StoredDocument) -> Bool
    ) throws(ShardsError) {
        let records = try decoder.decode(frame, of: section, in: file.bytes)
        var parser = FieldParser(records.rawSpan, path: path, section: section.name, at: frame.offset)
        while !parser.isAtEnd {
            guard body(try DocumentRecord.parse(&parser)) else { return }
        }
    }

    /// Refuses a passage that refers to a missing document or text.
    func checked(
        _ passage: StoredPassage, frame: ShardFrame, section: ShardSection
    ) throws(ShardsError) -> StoredPassage {
        let text = try requiredSection(.text)
        guard passage.document < documentCount, passage.textFrame < text.step,
            passage.textRange.upperBound <= index.frames(of: text)[text.first + passage.textFrame].decodedByteCount
        else {
            throw ShardsError(
                .corrupt, path: path, section: section.name, offset: frame.offset,
                "a passage refers to a missing document or text")
        }
        return passage
    }

    func requiredSection(_ kind: ShardSection.Kind) throws(ShardsError) -> ShardSection {
        guard let section = index.section(kind) else {
            throw ShardsError(.corrupt, path: path, section: "index", "no section of \(kind.name)")
        }
        return section
    }
}

extension ShardReader {
    /// Calls `body` for the record of every document in order.
    ///
    /// Like `forEachDocument`, but without the fields that a catalog does not need.
    func forEachRecord(_ body: (borrowing RecordView) -> Void) throws(ShardsError) {
        let section = try requiredSection(.documents)
        var decoder = try FrameDecoder(path: path)
        var number = 0
        var nextRow = 0
        for frame in index.frames(of: section) {
            let records = try decoder.decode(frame, of: section, in: file.bytes)
            let bytes = records.rawSpan
            var parser = FieldParser(bytes, path: path, section: section.name, at: frame.offset)
            var isOrdered = frame.firstRecord == number
            while isOrdered, !parser.isAtEnd {
                let places = try DocumentRecord.locate(&parser)
                isOrdered = places.rows.lowerBound == nextRow && places.rows.upperBound <= rowCount
                nextRow = places.rows.upperBound
                if isOrdered { body(RecordView(bytes, places)) }
                number += 1
            }
            guard isOrdered else {
                throw ShardsError(
                    .corrupt, path: path, section: section.name, offset: frame.offset,
                    "the rows of document \(number - 1) do not follow those of the previous document")
            }
        }
        guard number == documentCount, nextRow == rowCount else {
            throw ShardsError(
                .corrupt, path: path, section: section.name, offset: section.offset,
                "\(number) documents with \(nextRow) rows, not \(documentCount) with \(rowCount)")
        }
    }
}
