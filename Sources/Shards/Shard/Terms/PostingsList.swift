import Platform

/// One row of a list of postings, with how often the term stands there.
struct Posting: Sendable, Equatable {
    let row: Int
    let count: Int
}

/// The entry of a block of postings in the table before them (Format.md, 1.8).
///
/// The largest count and the least length bound every score in the block, whatever the average length of the rows is.
struct PostingsBlock: Sendable, Equatable {
    var lastRow: Int
    var largestCount: Int
    var leastLength: Int
    /// Where its bytes begin, from the end of the table.
    var offset: Int

    static let byteCount = 12

    func append(to bytes: inout [UInt8]) {
        bytes.append(littleEndian: UInt32(lastRow))
        bytes.append(littleEndian: UInt16(clamping: largestCount))
        bytes.append(littleEndian: UInt16(clamping: leastLength))
        bytes.append(littleEndian: UInt32(offset))
    }
}

/// Writes a list of postings, one after another.
struct PostingsList {
    private var table: [UInt8] = []
    private var data: [UInt8] = []
    /// The postings of the block that is not full.
    private var block: [Posting] = []
    /// The fewest words of a row of that block.
    private var leastLength = Int(UInt16.max)
    /// The last row of the block before it.
    private var last = -1
    private var first: Posting?

    /// The postings so far.
    private(set) var count = 0

    /// Adds the posting of a later row, which has `length` words.
    mutating func append(_ posting: Posting, length: UInt16) {
        if count == 0 { first = posting }
        count += 1
        block.append(posting)
        leastLength = min(leastLength, Int(length))
        if block.count == PostingsKernel.count { close() }
    }

    /// The only posting; nil where there are more.
    var single: Posting? { count == 1 ? first : nil }

    /// Ends a list of at least two postings, and makes room for the next one.
    ///
    /// - Returns: the table of blocks, where there is a whole one, and the blocks.
    mutating func finish() -> [UInt8] {
        if !block.isEmpty { close() }
        let bytes = (count < PostingsKernel.count ? [] : table) + data
        clear()
        return bytes
    }

    /// Forgets the postings.
    mutating func clear() {
        table.removeAll(keepingCapacity: true)
        data.removeAll(keepingCapacity: true)
        block.removeAll(keepingCapacity: true)
        (leastLength, last, count, first) = (Int(UInt16.max), -1, 0, nil)
    }

    private mutating func close() {
        let offset = data.count
        if block.count == PostingsKernel.count { addWhole() } else { addRest() }
        PostingsBlock(
            lastRow: last, largestCount: block.reduce(0) { max($0, $1.count) }, leastLength: leastLength, offset: offset
        ).append(to: &table)
        block.removeAll(keepingCapacity: true)
        leastLength = Int(UInt16.max)
    }

    private mutating func addWhole() {
        var gaps: [UInt32] = []
        var counts: [UInt32] = []
        for posting in block {
            gaps.append(UInt32(posting.row - last - 1))
            counts.append(UInt32(posting.count - 1))
            last = posting.row
        }
        let bits = [gaps, counts].map { numbers in UInt32.bitWidth - (numbers.max() ?? 0).leadingZeroBitCount }
        data += bits.map { UInt8($0) }
        PostingsKernel.pack(gaps, bits: bits[0], to: &data)
        PostingsKernel.pack(counts, bits: bits[1], to: &data)
    }

    private mutating func addRest() {
        for posting in block {
            let gap = posting.row - last - 1
            last = posting.row
            VariableLength.append(gap << 1 | (posting.count == 1 ? 1 : 0), to: &data)
            if posting.count > 1 { VariableLength.append(posting.count, to: &data) }
        }
    }
}
