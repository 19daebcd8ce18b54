import HeapModule
import Platform
import SystemPackage

/// Merges the terms of several shards into section L of a new one: a merge of sorted dictionaries, one list of postings at a time.
///
/// The dictionary stands before the postings, and its entries tell the sizes of lists. So both are written to scratch files first.
struct TermsSplice {
    private let sources: [SplicedRows]
    private let analyzer: String

    /// Prepares a merge of shards that all have terms.
    init(_ sources: [SplicedRows], analyzer: String) {
        self.sources = sources
        self.analyzer = analyzer
    }

    /// Writes section 6; false where the work was ended.
    ///
    /// - Throws: `ShardsError`: `.corrupt`, `.system`.
    func write(
        to file: inout SpliceFile, in directory: OpenDirectory, _ goesOn: () -> Bool
    ) throws(ShardsError) -> Bool {
        let lengths = try lengths()
        var dictionaryFile = try ScratchFile(in: directory)
        var postingsFile = try ScratchFile(in: directory)
        var dictionary = TermsDictionary.Writer()
        var list = PostingsList()
        var postingCount = 0
        var entries = try MergedTerms(sources)
        var number = 0
        while let found = try entries.next() {
            number += 1
            guard number % 512 != 0 || goesOn() else { return false }
            if number % Self.termsAtOnce == 0 { release() }
            for (source, entry) in found.entries { try append(entry, of: sources[source], lengths, to: &list) }
            guard list.count > 0 else { continue }
            let (count, single) = (list.count, list.single)
            let bytes = single == nil ? list.finish() : []
            list.clear()
            postingCount += count
            dictionary.add(found.term[...], rowCount: count, single: single, byteCount: bytes.count)
            if dictionary.blocks.count > 1 << 18 { try dictionaryFile.append(dictionary.takeBlocks()) }
            try postingsFile.append(bytes)
        }
        release()
        try dictionaryFile.append(dictionary.takeBlocks())
        var header = TermsHeader(
            analyzer: Array(analyzer.utf8), rowCount: lengths.count, wordCount: lengths.reduce(0) { $0 + Int($1) },
            termCount: dictionary.termCount, postingCount: postingCount)
        header.lengths = TermsHeader.byteCount
        header.index = (header.lengths + 2 * lengths.count + 3) & ~3
        header.dictionary = header.index + dictionary.index.count
        header.postings = header.dictionary + dictionaryFile.byteCount
        header.end = header.postings + postingsFile.byteCount
        var start = header.serialized()
        for length in lengths { start.append(littleEndian: length) }
        start += Array(repeating: 0, count: header.index - start.count)
        start += dictionary.index
        let (bytes, end, rows) = (start, header.end, lengths.count)
        try file.write { file throws(PlatformError) in
            try file.beginMapped(byteCount: end)
            try file.writeContent(bytes)
        }
        try dictionaryFile.copy(to: &file)
        try postingsFile.copy(to: &file)
        try file.write { file throws(PlatformError) in try file.endMapped(.terms, recordCount: rows) }
        return true
    }

    /// After so many terms the pages of the sections are released; their checksums are not computed again.
    private static let termsAtOnce = 65_536

    private func release() {
        for source in sources {
            guard let section = source.reader.index.section(.terms) else { continue }
            source.reader.file.release(section.offset..<section.end)
        }
    }

    /// The words of all rows that are taken.
    private func lengths() throws(ShardsError) -> [UInt16] {
        var lengths: [UInt16] = []
        for source in sources {
            guard let terms = source.reader.terms else { continue }
            for row in 0..<source.reader.rowCount where source.newRow(of: row) != nil {
                lengths.append(UInt16(clamping: try terms.wordCount(ofRow: row)))
            }
        }
        return lengths
    }

    private func append(
        _ entry: TermsDictionary.Entry, of source: SplicedRows, _ lengths: [UInt16], to list: inout PostingsList
    ) throws(ShardsError) {
        guard let terms = source.reader.terms else { return }
        try terms.forEachPosting(of: TermPostings(entry, in: terms)) { posting in
            guard let row = source.newRow(of: posting.row) else { return }
            list.append(Posting(row: row, count: posting.count), length: lengths[row])
        }
    }
}

/// The terms of several dictionaries in order, each once, with what every dictionary says of it.
private struct MergedTerms {
    private let cursors: [TermsCursor]
    private var queue = Heap<Head>()

    private struct Head: Comparable {
        let term: [UInt8]
        let source: Int

        static func < (left: Head, right: Head) -> Bool {
            left.term == right.term ? left.source < right.source : left.term.lexicographicallyPrecedes(right.term)
        }
    }

    init(_ sources: [SplicedRows]) throws(ShardsError) {
        var cursors: [TermsCursor] = []
        for (number, source) in sources.enumerated() {
            guard let terms = source.reader.terms else { continue }
            let cursor = TermsCursor(terms, source: number)
            cursors.append(cursor)
            if let term = try cursor.advance() { queue.insert(Head(term: term, source: cursors.count - 1)) }
        }
        self.cursors = cursors
    }

    /// The next term, and its entries by the numbers of the sources, which ascend; nil after the last.
    mutating func next() throws(ShardsError) -> (
        term: [UInt8], entries: [(source: Int, entry: TermsDictionary.Entry)]
    )? {
        guard let least = queue.min?.term else { return nil }
        var entries: [(source: Int, entry: TermsDictionary.Entry)] = []
        while let head = queue.min, head.term == least {
            let cursor = cursors[head.source]
            if let entry = cursor.entry { entries.append((cursor.source, entry)) }
            if let term = try cursor.advance() {
                queue.replaceMin(with: Head(term: term, source: head.source))
            } else {
                queue.removeMin()
            }
        }
        return (least, entries)
    }
}

/// Reads a dictionary from its first term to its last, a block at a time.
private final class TermsCursor {
    private let terms: ShardTerms
    /// The number of the shard among those of the merge.
    let source: Int
    private var block = 0
    private var held: [(term: [UInt8], entry: TermsDictionary.Entry)] = []
    private var place = -1

    init(_ terms: ShardTerms, source: Int) {
        self.terms = terms
        self.source = source
    }

    /// What the dictionary says of the term at hand.
    var entry: TermsDictionary.Entry? { held.indices.contains(place) ? held[place].entry : nil }

    /// The next term; nil after the last.
    func advance() throws(ShardsError) -> [UInt8]? {
        place += 1
        if place >= held.count {
            guard block < TermsDictionary.blockCount(terms: terms.termCount) else { return nil }
            held.removeAll(keepingCapacity: true)
            try terms.forEachEntry(ofBlock: block) { held.append(($0, $1)) }
            block += 1
            place = 0
        }
        return held.indices.contains(place) ? held[place].term : nil
    }
}
