import Platform

extension ShardTerms {
    /// Reads everything: terms in order, postings in order and within the shard, and the sums of the header.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    func check() throws(ShardsError) {
        var words = 0
        for row in 0..<rowCount { words += try wordCount(ofRow: row) }
        guard words == wordCount else { throw corrupt(header.lengths, "\(words) words in place of \(wordCount)") }
        var previous: [UInt8]?
        var end = 0
        var count = 0
        for block in 0..<TermsDictionary.blockCount(terms: termCount) {
            try forEachEntry(ofBlock: block) { (term, entry) throws(ShardsError) in
                guard previous.map({ $0.lexicographicallyPrecedes(term) }) ?? true, entry.list.lowerBound == end else {
                    throw corrupt(header.dictionary, "its terms are not in order")
                }
                previous = term
                end = entry.list.upperBound
                count += entry.rowCount
                try check(entry)
            }
        }
        guard count == header.postingCount, header.postings + end == header.end else {
            throw corrupt(header.postings, "\(count) postings in place of \(header.postingCount)")
        }
    }

    private func check(_ entry: TermsDictionary.Entry) throws(ShardsError) {
        var found = 0
        var last = -1
        var isOrdered = true
        try forEachPosting(of: TermPostings(entry, in: self)) { posting in
            isOrdered = isOrdered && posting.row > last
            last = posting.row
            found += 1
        }
        guard isOrdered, found == entry.rowCount else {
            throw corrupt(header.postings + entry.list.lowerBound, "a list of postings is not in order")
        }
    }
}
