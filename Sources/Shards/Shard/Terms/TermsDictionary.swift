import Platform

/// The terms of a shard in the order of their bytes, 32 a block (Format.md, 1.8).
///
/// A block begins with a whole term, so a search looks at some twenty of them and reads one through.
enum TermsDictionary {
    static let termsPerBlock = 32
    /// Longer ones the analyzer has shortened.
    static let maximumTermByteCount = 255

    static func blockCount(terms: Int) -> Int { (terms + termsPerBlock - 1) / termsPerBlock }

    /// Writes the blocks and the index of where they begin.
    struct Writer {
        private(set) var index: [UInt8] = []
        private(set) var blocks: [UInt8] = []
        private(set) var termCount = 0
        private var previous: ArraySlice<UInt8> = []
        /// The bytes of postings of all terms so far.
        private var postingsByteCount = 0

        /// Adds the next term, with its list of postings and the bytes that the list has.
        mutating func add(_ term: ArraySlice<UInt8>, _ list: [Posting], byteCount: Int) {
            var shared = 0
            if termCount % termsPerBlock == 0 {
                index.append(littleEndian: UInt32(blocks.count))
                VariableLength.append(postingsByteCount, to: &blocks)
            } else {
                shared = zip(previous, term).prefix { $0 == $1 }.count
            }
            blocks.append(UInt8(shared))
            blocks.append(UInt8(term.count - shared))
            blocks += term.dropFirst(shared)
            VariableLength.append(list.count, to: &blocks)
            if list.count == 1 {
                VariableLength.append(list[0].row, to: &blocks)
                VariableLength.append(list[0].count, to: &blocks)
            } else {
                VariableLength.append(byteCount, to: &blocks)
            }
            postingsByteCount += byteCount
            previous = term
            termCount += 1
        }
    }

    /// What the dictionary says of a term.
    struct Entry: Sendable, Equatable {
        /// The rows in which it stands.
        var rowCount: Int
        /// Its only posting.
        var single: Posting?
        /// The bytes of its list, from the beginning of the postings.
        var list: Range<Int>
    }

    /// Reads one block.
    struct BlockReader: ~Escapable {
        private let bytes: RawSpan
        private var offset: Int
        private var postings: Int
        /// The term that was read last.
        private(set) var term: [UInt8] = []

        /// Begins at `offset` of the dictionary; nil where it ends.
        @_lifetime(copy dictionary)
        init?(_ dictionary: RawSpan, at offset: Int) {
            bytes = dictionary
            self.offset = offset
            guard let postings = VariableLength.read(dictionary, at: &self.offset) else { return nil }
            self.postings = postings
        }

        /// Reads the next term; nil for bytes that make no sense.
        mutating func next() -> Entry? {
            guard let shared = bytes.littleEndian(UInt8.self, at: offset), Int(shared) <= term.count,
                let count = bytes.littleEndian(UInt8.self, at: offset + 1),
                let suffix = bytes.array(offset + 2..<offset + 2 + Int(count))
            else { return nil }
            offset += 2 + suffix.count
            term.removeSubrange(Int(shared)...)
            term += suffix
            guard let rows = VariableLength.read(bytes, at: &offset), rows > 0,
                let value = VariableLength.read(bytes, at: &offset)
            else { return nil }
            if rows == 1 {
                guard let count = VariableLength.read(bytes, at: &offset), count > 0 else { return nil }
                return Entry(rowCount: 1, single: Posting(row: value, count: count), list: postings..<postings)
            }
            let list = postings..<postings + value
            postings = list.upperBound
            return Entry(rowCount: rows, single: nil, list: list)
        }
    }
}
