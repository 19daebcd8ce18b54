extension ShardTerms {
    /// The rows in which all of some terms stand, dead ones included; all rows for no term.
    ///
    /// - Throws: `ShardsError` of code `.corrupt`.
    package func rows(withAll terms: some Sequence<[UInt8]>) throws(ShardsError) -> RowBitset {
        var all: [TermPostings] = []
        for term in Set(terms) {
            guard let postings = try postings(of: term) else { return RowBitset(rowCount: rowCount) }
            all.append(postings)
        }
        // The rarest first, so that the others need not be read where nothing is left.
        all.sort { $0.rowCount < $1.rowCount }
        guard let first = all.first else { return RowBitset(all: rowCount) }
        var rows = RowBitset(rowCount: rowCount)
        try forEachPosting(of: first) { rows.insert($0.row) }
        for postings in all.dropFirst() where !rows.isEmpty {
            var others = RowBitset(rowCount: rowCount)
            try forEachPosting(of: postings) { others.insert($0.row) }
            rows.formIntersection(others)
        }
        return rows
    }
}
