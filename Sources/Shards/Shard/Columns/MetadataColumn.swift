import Platform

/// The values of one key of the metadata, mapped: a comparison is made once for each different value.
package struct MetadataColumn: Sendable {
    /// The numbers of the values that every column has, whether a document has them or not.
    package static let null = 0
    static let firstNumber = 3

    package static func number(of boolean: Bool) -> Int { boolean ? 2 : 1 }

    private let file: SharedMapping
    private let content: MappedContent
    private let doubles: Range<Int>
    private let strings: Range<Int>
    private let entries: Range<Int>
    private let stringCount: Int
    private let entryCount: Int

    /// The offset after its last byte.
    var end: Int { entries.upperBound }

    /// Parses a column's numbers in the directory; nil when they make no sense.
    init?(_ directory: RawSpan, at offset: inout Int, start: Int, of file: SharedMapping, _ content: MappedContent) {
        var numbers: [Int] = []
        for _ in 0..<5 {
            guard let number = VariableLength.read(directory, at: &offset), number <= ColumnsBuilder.maximumByteCount
            else { return nil }
            numbers.append(number)
        }
        self.file = file
        self.content = content
        doubles = start..<start + 8 * numbers[0]
        strings = doubles.upperBound..<doubles.upperBound + numbers[2]
        entries = strings.upperBound..<strings.upperBound + numbers[4]
        (stringCount, entryCount) = (numbers[1], numbers[3])
        // A string takes two bytes, and an entry too.
        guard 2 * stringCount <= strings.count, 2 * entryCount <= entries.count else { return nil }
    }

    /// The bytes of a range of the content, verified.
    @_lifetime(borrow self)
    private func bytes(_ range: Range<Int>) throws(ShardsError) -> RawSpan {
        file.bytes.extracting(try content.verified(range))
    }

    /// The number of values that the column numbers.
    package var valueCount: Int { Self.firstNumber + doubles.count / 8 + stringCount }

    /// The numbers of the values that are equal to a number, between those before and those after it.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func place(of number: Double) throws(ShardsError) -> (all: Range<Int>, equal: Range<Int>) {
        let bytes = try self.bytes(doubles)
        let count = doubles.count / 8
        func bound(_ isBefore: (Double) -> Bool) -> Int {
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                let value = Double(bitPattern: bytes.littleEndian(UInt64.self, at: 8 * middle) ?? 0)
                if isBefore(value) { low = middle + 1 } else { high = middle }
            }
            return Self.firstNumber + low
        }
        let first = bound { $0 < number }
        return (Self.firstNumber..<Self.firstNumber + count, first..<max(first, bound { $0 <= number }))
    }

    /// The numbers of the values that are equal to a string, between those before and those after it.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func place(of string: [UInt8]) throws(ShardsError) -> (all: Range<Int>, equal: Range<Int>) {
        guard let list = SortedStrings(try bytes(strings), count: stringCount),
            let first = list.count(before: string), let end = list.count(before: string + [0])
        else { throw content.corrupt(strings.lowerBound, "the strings of a column make no sense") }
        let start = valueCount - stringCount
        return (start..<valueCount, start + first..<start + max(first, end))
    }

    /// Calls `body` with the document and the number of the value of each entry, in the order of the documents.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func forEachEntry(
        documentCount: Int, _ body: (_ document: Int, _ value: Int) -> Void
    ) throws(ShardsError) {
        let bytes = try self.bytes(entries)
        var (offset, document) = (0, 0)
        for _ in 0..<entryCount {
            guard let gap = VariableLength.read(bytes, at: &offset),
                let value = VariableLength.read(bytes, at: &offset), value < valueCount,
                gap < documentCount - document
            else { throw content.corrupt(entries.lowerBound, "the entries of a column make no sense") }
            document += gap
            body(document, value)
        }
    }
}
