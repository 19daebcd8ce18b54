/// The tokens of a WordPiece model as a trie over UTF-8 bytes.
///
/// One walk finds the longest token at a position, so no input makes the greedy search quadratic. The edges are in one
/// open-addressing hash table: it fills as fast as the file is read, and a step costs one multiplication and one load.
package struct Vocabulary: Sendable {
    /// The node before the first byte of a token.
    static let root: UInt32 = 0
    /// The result of `step` where no token continues.
    static let nowhere: UInt32 = .max

    /// Edges: node and byte in the upper half, the target node in the lower; zero marks a free slot, because no edge
    /// leads to the root.
    private var slots: [UInt64]
    private var shift: UInt64
    private var edgeCount = 0
    /// The id of the token that ends at each node, or -1.
    private var tokens: [Int32] = [-1]

    /// The number of distinct tokens.
    package private(set) var count = 0
    /// The greatest id, which must be a row of the model's embedding table; -1 in an empty vocabulary.
    package private(set) var greatestID: Int32 = -1

    /// Identifies the vocabulary regardless of reading order: the sum of a hash (FNV-1a) of each pair of token and id.
    package private(set) var identity: UInt64 = 0

    /// Makes an empty vocabulary.
    package init() {
        // Few slots, since configurations with an empty vocabulary are copied; the first token makes room.
        slots = [UInt64](repeating: 0, count: 2)
        shift = 64 - 1
    }

    /// The id of `token`; nil when it is not in the vocabulary.
    package func id(of token: [UInt8]) -> Int32? {
        var node = Self.root
        for byte in token {
            node = step(from: node, byte)
            guard node != Self.nowhere else { return nil }
        }
        let id = self.token(at: node)
        return id >= 0 ? id : nil
    }

    /// The node after `byte`, or `nowhere`.
    @inline(__always)
    func step(from node: UInt32, _ byte: UInt8) -> UInt32 {
        let key = UInt64(node) << 8 | UInt64(byte)
        let mask = slots.count &- 1
        var slot = Int(truncatingIfNeeded: Self.scatter(key) &>> shift)
        while true {
            let edge = slots[slot]
            if edge >> 32 == key, edge != 0 { return UInt32(truncatingIfNeeded: edge) }
            if edge == 0 { return Self.nowhere }
            slot = (slot &+ 1) & mask
        }
    }

    /// The id of the token that ends at `node`, or -1.
    @inline(__always)
    func token(at node: UInt32) -> Int32 {
        tokens[Int(truncatingIfNeeded: node)]
    }

    /// The node after all of `bytes`, or `nowhere`.
    func node(after bytes: [UInt8]) -> UInt32 {
        var node = Self.root
        for byte in bytes where node != Self.nowhere { node = step(from: node, byte) }
        return node
    }

    /// Adds a token, or replaces the id of an existing one.
    ///
    /// Returns false when the trie is full, at 16 million nodes.
    package mutating func insert(_ token: [UInt8], id: Int32) -> Bool {
        var node = Self.root
        for byte in token {
            let next = step(from: node, byte)
            guard next == Self.nowhere else {
                node = next
                continue
            }
            guard tokens.count < 1 << 24 else { return false }
            let added = UInt32(tokens.count)
            tokens.append(-1)
            addEdge(UInt64(node) << 40 | UInt64(byte) << 32 | UInt64(added))
            node = added
        }
        if tokens[Int(node)] < 0 { count += 1 } else { identity &-= Self.identity(token, tokens[Int(node)]) }
        identity &+= Self.identity(token, id)
        tokens[Int(node)] = id
        greatestID = max(greatestID, id)
        return true
    }

    private static func identity(_ token: [UInt8], _ id: Int32) -> UInt64 {
        let hash = token.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return (hash ^ UInt64(UInt32(bitPattern: id))) &* 0x100_0000_01B3
    }

    @inline(__always)
    private static func scatter(_ key: UInt64) -> UInt64 {
        // Fibonacci hashing takes the upper bits of a product with 2^64 divided by the golden ratio.
        key &* 0x9E37_79B9_7F4A_7C15
    }

    private mutating func addEdge(_ edge: UInt64) {
        edgeCount += 1
        // At most half full, so chains of occupied slots stay short.
        if edgeCount * 2 >= slots.count {
            let old = slots
            // Starts with room for the 30,000 tokens of BERT, because they are read at every start.
            slots = [UInt64](repeating: 0, count: max(old.count * 2, 1 << 17))
            shift = 64 - UInt64(slots.count.trailingZeroBitCount)
            for moved in old where moved != 0 { place(moved) }
        }
        place(edge)
    }

    private mutating func place(_ edge: UInt64) {
        var slot = Int(truncatingIfNeeded: Self.scatter(edge >> 32) >> shift)
        while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
        slots[slot] = edge
    }
}
