import Lexicon
import Platform

extension TermsBuilder {
    /// The content of section L.
    func content() -> [UInt8] {
        let lists = Inversion(self)
        var dictionary = TermsDictionary.Writer()
        var list = PostingsList()
        var postings: [UInt8] = []
        for number in vocabulary.sorted where !lists.isEmpty(number) {
            lists.forEach(of: number) { list.append($0, length: lengths[$0.row]) }
            let (count, single) = (list.count, list.single)
            let bytes = single == nil ? list.finish() : []
            list.clear()
            dictionary.add(vocabulary.term(number), rowCount: count, single: single, byteCount: bytes.count)
            postings += bytes
        }
        var header = TermsHeader(
            analyzer: Array(analyzer.name.utf8), rowCount: rowCount,
            wordCount: lengths.reduce(0) { $0 + Int($1) }, termCount: dictionary.termCount,
            postingCount: self.postings.count)
        header.lengths = TermsHeader.byteCount
        header.index = (header.lengths + 2 * rowCount + 3) & ~3
        header.dictionary = header.index + dictionary.index.count
        header.postings = header.dictionary + dictionary.blocks.count
        header.end = header.postings + postings.count
        var bytes = header.serialized()
        bytes.reserveCapacity(header.end)
        for length in lengths { bytes.append(littleEndian: length) }
        bytes += Array(repeating: 0, count: header.index - bytes.count)
        return bytes + dictionary.index + dictionary.blocks + postings
    }

    /// The postings in the order of terms, by counting.
    private struct Inversion {
        /// Where the postings of each term end, by its number.
        private var ends: [Int]
        /// Rows above counts of 16 bits.
        private var postings: [UInt64]

        init(_ builder: TermsBuilder) {
            ends = Array(repeating: 0, count: builder.vocabulary.count + 1)
            for posting in builder.postings { ends[Int(posting >> 16) + 1] += 1 }
            for number in ends.indices.dropFirst() { ends[number] += ends[number - 1] }
            postings = Array(repeating: 0, count: builder.postings.count)
            for row in 0..<builder.rowCount {
                for posting in builder.postings(ofRow: row) {
                    let number = Int(posting >> 16)
                    postings[ends[number]] = UInt64(row) << 16 | posting & 0xFFFF
                    ends[number] += 1
                }
            }
        }

        private func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

        func isEmpty(_ number: Int) -> Bool { range(number).isEmpty }

        func forEach(of number: Int, _ body: (Posting) -> Void) {
            for posting in postings[range(number)] {
                body(Posting(row: Int(posting >> 16), count: Int(posting & 0xFFFF)))
            }
        }
    }
}
