import Platform

/// The postings of one block, unpacked.
struct PostingsBuffer {
    private(set) var rows = PostingsKernel.Numbers(repeating: 0)
    private(set) var counts = PostingsKernel.Numbers(repeating: 0)
    private(set) var count = 0

    mutating func hold(_ posting: Posting) {
        rows[0] = UInt32(posting.row)
        counts[0] = UInt32(posting.count)
        count = 1
    }

    /// Unpacks a whole block whose last row is known; false for bytes that make no sense.
    mutating func unpack(_ bytes: RawSpan, after previous: Int, lastRow: Int) -> Bool {
        guard let gapBits = bytes.littleEndian(UInt8.self, at: 0),
            let countBits = bytes.littleEndian(UInt8.self, at: 1),
            gapBits <= 32, countBits <= 16
        else { return false }
        let middle = 2 + 16 * Int(gapBits)
        let end = middle + 16 * Int(countBits)
        guard bytes.byteCount >= end,
            PostingsKernel.unpack(bytes.extracting(2..<middle), bits: Int(gapBits), into: &rows),
            PostingsKernel.unpack(bytes.extracting(middle..<end), bits: Int(countBits), adding: 1, into: &counts),
            PostingsKernel.rows(ofGaps: &rows, after: previous) == lastRow
        else { return false }
        count = PostingsKernel.count
        return true
    }

    /// Reads the rest of a list, fewer postings than a block has; false for bytes that make no sense.
    mutating func read(_ bytes: RawSpan, count: Int, after previous: Int, rowCount: Int) -> Bool {
        var offset = 0
        var row = previous
        for place in 0..<count {
            guard let value = VariableLength.read(bytes, at: &offset) else { return false }
            row += (value >> 1) + 1
            var times: Int? = 1
            if value & 1 == 0 { times = VariableLength.read(bytes, at: &offset) }
            guard row < rowCount, let times, (1...Int(UInt16.max)).contains(times) else { return false }
            rows[place] = UInt32(row)
            counts[place] = UInt32(times)
        }
        self.count = count
        return true
    }

    /// Copies rows and counts to the start of arrays that have room for a block, for those who look up many rows: an inline array is
    /// copied for each look.
    func copy(rows: inout [UInt32], counts: inout [UInt32]) {
        PostingsKernel.copy(self.rows, to: &rows)
        PostingsKernel.copy(self.counts, to: &counts)
    }
}
