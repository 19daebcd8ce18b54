/// The terms of words that were read lately, by the bytes of the words.
///
/// It is emptied when it is full, so it needs a fixed amount of memory and makes none for a word.
struct TermCache {
    private struct Entry {
        let hash: UInt32
        let keyStart: Int
        let keyEnd: Int
        let terms: Range<Int>
        let lengths: Range<Int>
    }

    private var slots: [Int32] = Array(repeating: 0, count: Self.slotCount)
    private var entries: [Entry] = []
    private var keys: [UInt8] = []
    private var terms: [UInt8] = []
    private var lengths: [UInt8] = []
    /// The slot and hash that the last search ended with, for an insertion that follows.
    private var searched: (slot: Int, hash: UInt32) = (0, 0)

    private static let slotCount = 1 << 15
    private static let entryLimit = slotCount / 2
    /// The longest word that is kept; longer ones hardly ever return.
    private static let keyLimit = 48

    /// Appends the terms of a word to a list, if they are known.
    ///
    /// - Returns: Whether they were.
    mutating func append(_ word: Range<Int>, of text: Span<UInt8>, to list: inout TermList) -> Bool {
        guard word.count <= Self.keyLimit else { return false }
        var hash: UInt32 = 0x811C_9DC5
        for position in word { hash = (hash ^ UInt32(text[position])) &* 0x0100_0193 }
        var slot = Int((hash &* 0x9E37_79B1) &>> (32 - 15))
        while slots[slot] != 0 {
            let entry = entries[Int(slots[slot]) &- 1]
            if entry.hash == hash, entry.keyEnd &- entry.keyStart == word.count, isKey(entry.keyStart, word, text) {
                list.appendWord(terms[entry.terms], lengths: lengths[entry.lengths])
                return true
            }
            slot = (slot &+ 1) & (Self.slotCount &- 1)
        }
        searched = (slot, hash)
        return false
    }

    private func isKey(_ start: Int, _ word: Range<Int>, _ text: Span<UInt8>) -> Bool {
        for offset in 0..<word.count where keys[start &+ offset] != text[word.lowerBound &+ offset] { return false }
        return true
    }

    /// Keeps the terms of the word that was not found just before.
    mutating func insert(_ word: Range<Int>, of text: Span<UInt8>, _ found: WordTerms) {
        guard word.count <= Self.keyLimit else { return }
        if entries.count == Self.entryLimit {
            removeAll()
            searched.slot = Int((searched.hash &* 0x9E37_79B1) &>> (32 - 15))
        }
        let entry = Entry(
            hash: searched.hash, keyStart: keys.count, keyEnd: keys.count + word.count,
            terms: terms.count..<terms.count + found.bytes.count,
            lengths: lengths.count..<lengths.count + found.lengths.count)
        for position in word { keys.append(text[position]) }
        terms += found.bytes
        lengths += found.lengths
        entries.append(entry)
        slots[searched.slot] = Int32(entries.count)
    }

    private mutating func removeAll() {
        for slot in slots.indices { slots[slot] = 0 }
        entries.removeAll(keepingCapacity: true)
        keys.removeAll(keepingCapacity: true)
        terms.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
    }
}
