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

/// Writes a list of postings.
struct PostingsList {
    private var table: [UInt8] = []
    private var data: [UInt8] = []
    private var last = -1

    /// The bytes of a list of at least two postings in ascending order of rows.
    ///
    /// - Parameters:
    ///   - postings: the postings.
    ///   - lengths: the words of every row of the shard.
    /// - Returns: the table of blocks, where there is a whole one, and the blocks.
    static func bytes(_ postings: [Posting], lengths: [UInt16]) -> [UInt8] {
        var list = PostingsList()
        var rest = postings[...]
        while !rest.isEmpty {
            let block = rest.prefix(PostingsKernel.count)
            let offset = list.data.count
            if block.count == PostingsKernel.count { list.addWhole(block) } else { list.addRest(block) }
            PostingsBlock(
                lastRow: list.last, largestCount: block.reduce(0) { max($0, $1.count) },
                leastLength: block.reduce(Int(UInt16.max)) { min($0, Int(lengths[$1.row])) }, offset: offset
            ).append(to: &list.table)
            rest = rest.dropFirst(block.count)
        }
        return (postings.count < PostingsKernel.count ? [] : list.table) + list.data
    }

    private mutating func addWhole(_ block: ArraySlice<Posting>) {
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

    private mutating func addRest(_ block: ArraySlice<Posting>) {
        for posting in block {
            let gap = posting.row - last - 1
            last = posting.row
            VariableLength.append(gap << 1 | (posting.count == 1 ? 1 : 0), to: &data)
            if posting.count > 1 { VariableLength.append(posting.count, to: &data) }
        }
    }
}
