import Identity
import Platform
import SystemPackage

/// Makes the columns of documents, for section K (Format.md, 1.9).
///
/// They follow from the table of documents alone, so they are made when the shard is written and take no memory while it is open.
struct ColumnsBuilder {
    static let maximumKeyByteCount = 255
    static let maximumKeyCount = 1_024
    static let maximumStringByteCount = 255
    /// The most values of a key that one document can have.
    static let maximumValueCount = 1_024
    /// The size of all columns, as they are counted while they are made, before those of the documents.
    static let fixedByteCount = 1 << 27
    static let byteCountPerDocument = 128
    static let maximumByteCount = Int(Int32.max)

    private(set) var identifiers: [[UInt8]] = []
    private(set) var firstRows: [UInt32] = []
    private(set) var times: [Int64] = []
    private(set) var columns: [[UInt8]: Column] = [:]
    private(set) var hasOtherKeys = false
    private var byteCount = 0

    /// The values of a key.
    struct Column {
        /// The different values, with their numbers in the order in which they came.
        private(set) var numbers: [MetadataValue: Int] = [:]
        /// For each value of each document, the document's number above that of the value, which takes 32 bits.
        private(set) var entries: [UInt64] = []
        private(set) var isClosed = false
        private(set) var byteCount = 0
        private var document = -1
        private var valueCount = 0

        /// Adds a value, and its size to the `total` of all columns; leaves the column out where a bound is reached.
        mutating func add(_ value: MetadataValue, of document: Int, total: inout Int, limit: Int) {
            guard !isClosed else { return }
            let before = byteCount
            var fits = true
            if case .string(let string) = value { fits = string.count <= ColumnsBuilder.maximumStringByteCount }
            fits = fits && append(value, of: document)
            total += byteCount - before
            if fits, total <= limit { return }
            total -= byteCount
            self = Column()
            isClosed = true
        }

        /// Appends a value; false when there are too many of the document.
        private mutating func append(_ value: MetadataValue, of number: Int) -> Bool {
            valueCount = number == document ? valueCount + 1 : 1
            document = number
            guard valueCount <= ColumnsBuilder.maximumValueCount else { return false }
            let place = numbers[value] ?? numbers.count
            if place == numbers.count {
                numbers[value] = place
                byteCount += 16
                if case .string(let string) = value { byteCount += string.count }
            }
            entries.append(UInt64(number) << 32 | UInt64(place))
            byteCount += 8
            return true
        }
    }

    /// Adds the documents of a frame of their table.
    ///
    /// Records that the builder itself has packed are sound; what is not, ends the frame.
    mutating func append(records: [UInt8]) {
        var parser = FieldParser(records.rawSpan, path: "", section: "documents", at: 0)
        while !parser.isAtEnd, let stored = try? DocumentRecord.parse(&parser) { append(stored) }
    }

    /// Adds a document.
    mutating func append(_ stored: StoredDocument) {
        let number = identifiers.count
        identifiers.append(stored.document.identifier.bytes)
        firstRows.append(UInt32(truncatingIfNeeded: stored.rows.lowerBound))
        times.append(stored.document.modified)
        guard let metadata = stored.document.metadata else { return }
        MetadataFields.forEach(in: Array(metadata.utf8)) { key, value in add(key, value, of: number) }
    }

    private mutating func add(_ key: [UInt8], _ value: MetadataValue, of document: Int) {
        guard key.count <= Self.maximumKeyByteCount,
            columns[key] != nil || columns.count < Self.maximumKeyCount
        else {
            hasOtherKeys = true
            return
        }
        let limit = Self.fixedByteCount + Self.byteCountPerDocument * (document + 1)
        columns[key, default: Column()].add(value, of: document, total: &byteCount, limit: limit)
    }
}
