import Platform

/// Where the index has a document of given contents, living or dead: the place of the newest one.
///
/// A copy of a file under another name, or a version that comes back, takes the rows that are there. The table is a hint: it
/// knows 32 bits of the contents' digest, and whoever follows it compares the whole. It takes some 13 bytes a document.
struct ContentTable: Sendable {
    /// The beginning of a digest.
    struct Tag: Sendable, Hashable {
        fileprivate let bits: UInt32

        init(_ content: SHA256Digest) { self.init(content.bytes.rawSpan, at: 0) }

        /// The tag of a digest in a file, whose 32 bytes are known to be there.
        init(_ bytes: borrowing RawSpan, at offset: Int) { bits = bytes.littleEndian(at: offset) ?? 0 }
    }

    /// Open addressing: the tag in the upper half, the number of the document plus one in the lower half; 0 is empty.
    private var slots: [UInt64] = []
    private var count = 0
    /// The number of the first document of each shard.
    private var starts: [UInt32] = []
    private var next: UInt32 = 0

    /// Begins the next shard; its documents follow in order.
    mutating func beginShard() { starts.append(next) }

    /// Makes room, so that reading an index moves nothing.
    mutating func reserve(_ documents: Int) {
        let wanted = documents * 5 / 3 + 16
        guard wanted > slots.count else { return }
        let old = slots
        slots = Array(repeating: 0, count: wanted)
        for slot in old where slot != 0 { slots[place(of: UInt32(slot >> 32))] = slot }
    }

    /// Adds the next document of the last shard; an older one of the same contents is forgotten.
    mutating func append(_ tag: Tag) {
        guard next < .max - 1 else { return }
        if (count + 1) * 10 > slots.count * 6 { reserve(count * 5 / 4 + 16) }
        let place = place(of: tag.bits)
        if slots[place] == 0 { count += 1 }
        next += 1
        slots[place] = UInt64(tag.bits) << 32 | UInt64(next)
    }

    /// The number of the shard in the order of `beginShard`, and of the document in it.
    func document(_ tag: Tag) -> (shard: Int, document: Int)? {
        guard !slots.isEmpty else { return nil }
        let slot = slots[place(of: tag.bits)]
        guard slot != 0 else { return nil }
        let number = UInt32(truncatingIfNeeded: slot) - 1
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] <= number { low = middle } else { high = middle }
        }
        return (low, Int(number - starts[low]))
    }

    /// The slot of a tag, or the empty one where it belongs.
    private func place(of bits: UInt32) -> Int {
        var place = Int((UInt64(bits) * UInt64(slots.count)) >> 32)
        while slots[place] != 0, UInt32(slots[place] >> 32) != bits { place = place + 1 == slots.count ? 0 : place + 1 }
        return place
    }
}
