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
        /// The bytes of blocks that were taken.
        private var takenByteCount = 0

        /// The bytes of all blocks so far.
        var byteCount: Int { takenByteCount + blocks.count }

        /// Takes the bytes that were written since the last time.
        mutating func takeBlocks() -> [UInt8] {
            var taken: [UInt8] = []
            swap(&taken, &blocks)
            takenByteCount += taken.count
            return taken
        }

        /// Adds the next term, with its list of postings; `byteCount` are those of a list that stands among the postings, and a
        /// single posting stands in the dictionary.
        mutating func add(_ term: ArraySlice<UInt8>, rowCount: Int, single: Posting?, byteCount: Int) {
            var shared = 0
            if termCount % termsPerBlock == 0 {
                index.append(littleEndian: UInt32(self.byteCount))
                VariableLength.append(postingsByteCount, to: &blocks)
            } else {
                shared = zip(previous, term).prefix { $0 == $1 }.count
            }
            blocks.append(UInt8(shared))
            blocks.append(UInt8(term.count - shared))
            blocks += term.dropFirst(shared)
            VariableLength.append(rowCount, to: &blocks)
            if let single {
                VariableLength.append(single.row, to: &blocks)
                VariableLength.append(single.count, to: &blocks)
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
