import Platform
import SystemPackage

/// The terms of a shard, mapped: its dictionary is searched where it lies, and postings are read block by block.
///
/// Copies share the mapping, and what was verified once is not verified again. A damaged file causes errors, never a crash.
package struct ShardTerms: Sendable {
    let header: TermsHeader
    private let file: SharedMapping
    private let content: MappedContent

    /// Opens section L.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`, or `.unsupported` for a later version of the section.
    init(_ section: ShardSection, of file: SharedMapping, rowCount: Int, path: FilePath) throws(ShardsError) {
        self.file = file
        let content = MappedContent(section, of: file, path: path)
        self.content = content
        header = try TermsHeader(
            file.bytes.extracting(content.place), rowCount: rowCount, path: path, at: content.place.lowerBound)
    }

    /// The name of the rules that made the terms.
    package var analyzer: String { String(decoding: header.analyzer, as: UTF8.self) }
    /// The words of all rows, dead ones included.
    package var wordCount: Int { header.wordCount }
    /// The different terms.
    package var termCount: Int { header.termCount }
    /// The rows, dead ones included.
    package var rowCount: Int { header.rowCount }

    /// The bytes of a range of the content, verified.
    @_lifetime(borrow self)
    func bytes(_ range: Range<Int>) throws(ShardsError) -> RawSpan {
        file.bytes.extracting(try content.verified(range))
    }

    func corrupt(_ offset: Int, _ message: String) -> ShardsError { content.corrupt(offset, message) }

    /// The words of a row.
    package func wordCount(ofRow row: Int) throws(ShardsError) -> Int {
        let offset = header.lengths + 2 * row
        return Int(try bytes(offset..<offset + 2).littleEndian(UInt16.self, at: 0) ?? 0)
    }

    /// The rows in which a term stands; nil when it stands in none.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func postings(of term: [UInt8]) throws(ShardsError) -> TermPostings? {
        var low = 0
        var high = TermsDictionary.blockCount(terms: header.termCount)
        guard high > 0 else { return nil }
        // The last block whose first term is not above it.
        while high - low > 1 {
            let middle = (low + high) / 2
            let first = try firstTerm(ofBlock: middle)
            if term.lexicographicallyPrecedes(first) { high = middle } else { low = middle }
        }
        return try find(term, inBlock: low)
    }

    private func firstTerm(ofBlock block: Int) throws(ShardsError) -> [UInt8] {
        let dictionary = try dictionaryBlock(block)
        guard var reader = TermsDictionary.BlockReader(dictionary, at: 0), reader.next() != nil else {
            throw corrupt(header.dictionary, "block \(block) of its dictionary makes no sense")
        }
        return reader.term
    }

    @_lifetime(borrow self)
    private func dictionaryBlock(_ block: Int) throws(ShardsError) -> RawSpan {
        let count = TermsDictionary.blockCount(terms: header.termCount)
        let place = header.index + 4 * block
        let index = try bytes(place..<min(place + 8, header.dictionary))
        let start = Int(index.littleEndian(UInt32.self, at: 0) ?? 0)
        let end =
            block + 1 < count ? Int(index.littleEndian(UInt32.self, at: 4) ?? 0) : header.postings - header.dictionary
        guard start <= end, end <= header.postings - header.dictionary else {
            throw corrupt(place, "block \(block) of its dictionary is at an impossible place")
        }
        return try bytes(header.dictionary + start..<header.dictionary + end)
    }

    /// Calls `body` for the terms of a block of the dictionary.
    func forEachEntry(
        ofBlock block: Int, _ body: ([UInt8], TermsDictionary.Entry) throws(ShardsError) -> Void
    ) throws(ShardsError) {
        let dictionary = try dictionaryBlock(block)
        let count = min(TermsDictionary.termsPerBlock, header.termCount - block * TermsDictionary.termsPerBlock)
        guard var reader = TermsDictionary.BlockReader(dictionary, at: 0) else {
            throw corrupt(header.dictionary, "block \(block) of its dictionary makes no sense")
        }
        for _ in 0..<count {
            guard let entry = reader.next() else {
                throw corrupt(header.dictionary, "block \(block) of its dictionary makes no sense")
            }
            try body(reader.term, entry)
        }
    }

    private func find(_ term: [UInt8], inBlock block: Int) throws(ShardsError) -> TermPostings? {
        var found: TermsDictionary.Entry?
        try forEachEntry(ofBlock: block) { (other, entry) throws(ShardsError) in
            if other == term { found = entry }
        }
        return try found.map { entry throws(ShardsError) in try TermPostings(entry, in: self) }
    }
}
