import Lexicon

/// Collects the terms of the rows of a shard in the making, for section L (Format.md, 1.8).
///
/// Rows can be taken back, because a document may be found at fault after some of its passages: so a row is a list of terms,
/// and the lists are turned into postings when the shard is written.
struct TermsBuilder: Sendable {
    /// The name of the rules that made the terms.
    let analyzer: Analyzer
    var vocabulary = Vocabulary()
    /// For each posting, in the order of rows, the term's number above its count in the row, which takes 16 bits.
    private(set) var postings: [UInt64] = []
    /// Where the postings of each row end.
    private(set) var ends: [Int] = []
    /// The words of each row; 65,535 stands for that many or more.
    private(set) var lengths: [UInt16] = []
    private var numbers: [Int] = []

    init(analyzer: Analyzer) { self.analyzer = analyzer }

    var rowCount: Int { ends.count }

    /// The memory in use.
    var byteCount: Int { vocabulary.byteCount + postings.count * 8 + ends.count * 10 }

    /// Adds a row with the terms of its text.
    mutating func append(_ terms: TermList) {
        numbers.removeAll(keepingCapacity: true)
        for term in terms { numbers.append(vocabulary.number(of: term)) }
        numbers.sort()
        var place = 0
        while place < numbers.count {
            let number = numbers[place]
            var count: UInt64 = 0
            while place < numbers.count, numbers[place] == number {
                count += 1
                place += 1
            }
            postings.append(UInt64(number) << 16 | min(count, UInt64(UInt16.max)))
        }
        ends.append(postings.count)
        lengths.append(UInt16(clamping: terms.wordCount))
    }

    /// Takes back all rows but the first `count`; their terms keep their numbers.
    mutating func truncate(rows count: Int) {
        guard count < rowCount else { return }
        postings.removeSubrange((count == 0 ? 0 : ends[count - 1])...)
        ends.removeSubrange(count...)
        lengths.removeSubrange(count...)
    }

    /// The postings of a row: numbers of terms, with how often each stands there.
    func postings(ofRow row: Int) -> ArraySlice<UInt64> { postings[(row == 0 ? 0 : ends[row - 1])..<ends[row]] }
}
