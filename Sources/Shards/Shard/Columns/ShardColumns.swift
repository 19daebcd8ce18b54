package import Identity
import Platform
import SystemPackage

/// The columns of a shard's documents, mapped: what a filter asks for is read where it lies.
///
/// A damaged file causes errors, never a crash.
package struct ShardColumns: Sendable {
    private let header: ColumnsHeader
    private let file: SharedMapping
    private let content: MappedContent
    private let rowCount: Int

    /// Opens section K.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`, or `.unsupported` for a later version of the section.
    init(
        _ section: ShardSection, of file: SharedMapping, documentCount: Int, rowCount: Int, path: FilePath
    ) throws(ShardsError) {
        self.file = file
        let content = MappedContent(section, of: file, path: path)
        self.content = content
        self.rowCount = rowCount
        header = try ColumnsHeader(
            file.bytes.extracting(content.place), documentCount: documentCount, path: path, at: content.place.lowerBound
        )
    }

    /// The documents, dead ones included.
    package var documentCount: Int { header.documentCount }

    /// All bytes, verified.
    func allBytes() throws(ShardsError) -> [UInt8] { try bytes(0..<header.end).copiedBytes(0..<header.end) }

    /// The bytes of a range of the content, verified.
    @_lifetime(borrow self)
    private func bytes(_ range: Range<Int>) throws(ShardsError) -> RawSpan {
        file.bytes.extracting(try content.verified(range))
    }

    func corrupt(_ offset: Int, _ message: String) -> ShardsError { content.corrupt(offset, message) }

    /// The first row of each document, and after the last the number of rows.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func rowBounds() throws(ShardsError) -> [Int] {
        let bytes = try self.bytes(header.rows..<header.times)
        var bounds: [Int] = []
        bounds.reserveCapacity(documentCount + 1)
        for document in 0..<documentCount {
            bounds.append(Int(bytes.littleEndian(UInt32.self, at: 4 * document) ?? 0))
        }
        bounds.append(rowCount)
        guard bounds.first == 0, zip(bounds, bounds.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw corrupt(header.rows, "the rows of its documents are not in order")
        }
        return bounds
    }

    /// When the file of each document was last modified, in nanoseconds since 1970.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func times() throws(ShardsError) -> [Int64] {
        let bytes = try self.bytes(header.times..<header.order)
        return (0..<documentCount).map { bytes.littleEndian(Int64.self, at: 8 * $0) ?? 0 }
    }

    /// Calls `body` with each identifier in ascending order, with the bytes that it shares with the one before, and its document.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func forEachIdentifier(
        _ body: (_ identifier: [UInt8], _ shared: Int, _ document: Int) -> Void
    ) throws(ShardsError) {
        let order = try bytes(header.order..<header.identifiers)
        guard
            let strings = SortedStrings(
                try bytes(header.identifiers..<header.directory), count: documentCount)
        else { throw corrupt(header.identifiers, "its identifiers are cut off") }
        var isSound = true
        isSound =
            strings.forEach { number, identifier, shared in
                guard let document = document(number, order) else {
                    isSound = false
                    return false
                }
                body(identifier, shared, document)
                return true
            } && isSound
        guard isSound else { throw corrupt(header.order, "its identifiers make no sense") }
    }

    /// The documents with an identifier; for one without an item, those of all items of its path too.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func documents(of identifier: DocumentIdentifier) throws(ShardsError) -> [Int] {
        let order = try bytes(header.order..<header.identifiers)
        guard
            let strings = SortedStrings(
                try bytes(header.identifiers..<header.directory), count: documentCount)
        else { throw corrupt(header.identifiers, "its identifiers are cut off") }
        // Items follow their path by a NUL, and nothing else comes between a string and the same with a NUL.
        let next = identifier.bytes + [identifier.item == nil ? 1 : 0]
        guard let first = strings.count(before: identifier.bytes), let end = strings.count(before: next) else {
            throw corrupt(header.identifiers, "its identifiers make no sense")
        }
        var documents: [Int] = []
        for number in first..<max(first, end) {
            guard let document = document(number, order) else {
                throw corrupt(header.order, "its identifiers make no sense")
            }
            documents.append(document)
        }
        return documents
    }

    private func document(_ number: Int, _ order: RawSpan) -> Int? {
        order.littleEndian(UInt32.self, at: 4 * number).flatMap { $0 < documentCount ? Int($0) : nil }
    }
}

extension ShardColumns {
    /// What the columns know of a key.
    package enum Lookup: Sendable {
        case column(MetadataColumn)
        /// No document of the shard has it.
        case absent
        /// The key has no column: only the table of documents tells.
        case leftOut
    }

    /// Looks a key up.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func lookup(_ key: [UInt8]) throws(ShardsError) -> Lookup {
        var found: Lookup?
        try forEachKey { other, column in
            if other == key { found = column.map(Lookup.column) ?? .leftOut }
        }
        return found ?? (header.hasOtherKeys ? .leftOut : .absent)
    }

    /// Whether documents have keys that are not in the directory, of which only their table knows.
    package var hasOtherKeys: Bool { header.hasOtherKeys }

    /// The keys in the directory.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func keys() throws(ShardsError) -> [[UInt8]] {
        var keys: [[UInt8]] = []
        try forEachKey { key, _ in keys.append(key) }
        return keys
    }

    private func forEachKey(_ body: ([UInt8], MetadataColumn?) -> Void) throws(ShardsError) {
        let bytes = try self.bytes(header.directory..<header.values)
        var offset = 0
        var start = header.values
        for _ in 0..<header.keyCount {
            guard let count = VariableLength.read(bytes, at: &offset),
                let key = bytes.array(offset..<offset + min(count, bytes.byteCount + 1))
            else { throw corrupt(header.directory, "its directory makes no sense") }
            offset += count
            switch VariableLength.read(bytes, at: &offset) {
            case 0: body(key, nil)
            case 1:
                guard let column = MetadataColumn(bytes, at: &offset, start: start, of: file, content),
                    column.end <= header.end
                else { throw corrupt(header.directory, "its directory makes no sense") }
                start = column.end
                body(key, column)
            default: throw corrupt(header.directory, "its directory makes no sense")
            }
        }
    }
}

extension ShardReader {
    /// Makes the columns again from the table of documents, and compares.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func checkColumns() throws(ShardsError) {
        guard let columns else { return }
        var builder = ColumnsBuilder()
        try forEachDocument { _, stored in builder.append(stored) }
        let (found, expected) = (try columns.allBytes(), builder.content())
        guard found == expected else {
            let place = zip(found, expected ?? []).prefix { $0 == $1 }.count
            throw columns.corrupt(place, "they are not those of its documents")
        }
    }
}
