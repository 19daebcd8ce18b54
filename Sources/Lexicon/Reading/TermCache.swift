/// The terms of words that were read lately, by the bytes of the words.
///
/// It is emptied when it is full, so it needs a bounded amount of memory (6 MB), and none for a word that it knows.
struct TermCache {
    /// A word: its bytes, those of its terms and their lengths lie in `bytes`, one after another.
    private struct Entry {
        var hash: UInt32 = 0
        var start: UInt32 = 0
        var termBytes: UInt16 = 0
        var terms: UInt8 = 0
        /// Zero in a free place.
        var wordBytes: UInt8 = 0
    }

    private var entries = Array(repeating: Entry(), count: 1 << Self.bits)
    private var count = 0
    private var bytes: [UInt8] = []
    /// The place and hash that the last search ended with, for an insertion that follows.
    private var searched = (place: 0, hash: 0 as UInt32)

    private static let bits: UInt32 = 17
    private static let limit = 1 << (bits - 1)
    private static let byteLimit = 4 << 20
    /// The longest word that is kept; longer ones hardly ever return.
    private static let wordLimit = 48

    /// Appends the terms of a word to a list, if they are known.
    ///
    /// - Returns: Whether they were.
    mutating func append(_ word: Range<Int>, of text: Span<UInt8>, to list: inout TermList) -> Bool {
        guard word.count <= Self.wordLimit else { return false }
        var hash: UInt32 = 0x811C_9DC5
        for position in word { hash = (hash ^ UInt32(text[position])) &* 0x0100_0193 }
        var place = Self.place(of: hash)
        while true {
            let entry = entries[place]
            if entry.wordBytes == 0 { break }
            if entry.hash == hash, Int(entry.wordBytes) == word.count, isWord(at: Int(entry.start), word, text) {
                let start = Int(entry.start) &+ word.count
                let end = start &+ Int(entry.termBytes)
                list.appendWord(bytes[start..<end], lengths: bytes[end..<end &+ Int(entry.terms)])
                return true
            }
            place = (place &+ 1) & (1 << Int(Self.bits) - 1)
        }
        searched = (place, hash)
        return false
    }

    private static func place(of hash: UInt32) -> Int { Int((hash &* 0x9E37_79B1) &>> (32 &- bits)) }

    private func isWord(at start: Int, _ word: Range<Int>, _ text: Span<UInt8>) -> Bool {
        for offset in 0..<word.count where bytes[start &+ offset] != text[word.lowerBound &+ offset] { return false }
        return true
    }

    /// Keeps the terms of the word that was not found just before.
    mutating func insert(_ word: Range<Int>, of text: Span<UInt8>, _ found: WordTerms) {
        guard word.count <= Self.wordLimit else { return }
        if count == Self.limit || bytes.count > Self.byteLimit {
            for place in entries.indices { entries[place] = Entry() }
            bytes.removeAll(keepingCapacity: true)
            count = 0
            searched.place = Self.place(of: searched.hash)
        }
        entries[searched.place] = Entry(
            hash: searched.hash, start: UInt32(bytes.count), termBytes: UInt16(found.bytes.count),
            terms: UInt8(found.lengths.count), wordBytes: UInt8(word.count))
        count += 1
        for position in word { bytes.append(text[position]) }
        bytes += found.bytes
        bytes += found.lengths
    }
}
