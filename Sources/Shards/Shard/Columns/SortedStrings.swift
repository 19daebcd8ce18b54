import Platform

/// Strings in ascending order, of which each stores only what the one before does not begin with (Format.md, 1.9).
///
/// A string can be looked up without reading those of other blocks, and all can be read one after another.
struct SortedStrings: ~Escapable {
    static let stringsPerBlock = 16

    /// The number of strings.
    let count: Int
    private let bytes: RawSpan
    private let blocks: RawSpan

    /// Reads a list of `count` strings; nil when the bytes are too few for its table.
    @_lifetime(copy bytes)
    init?(_ bytes: RawSpan, count: Int) {
        let table = 4 * Self.blockCount(count)
        guard table <= bytes.byteCount else { return nil }
        self.count = count
        self.bytes = bytes
        blocks = bytes.extracting(table..<bytes.byteCount)
    }

    static func blockCount(_ count: Int) -> Int { (count + stringsPerBlock - 1) / stringsPerBlock }

    /// The bytes of a list of strings in ascending order.
    static func serialized(_ strings: some Collection<[UInt8]>) -> [UInt8] {
        var index: [UInt8] = []
        var blocks: [UInt8] = []
        var previous: [UInt8] = []
        for (number, string) in strings.enumerated() {
            let isFirst = number % stringsPerBlock == 0
            if isFirst { index.append(littleEndian: UInt32(truncatingIfNeeded: blocks.count)) }
            let shared = isFirst ? 0 : zip(previous, string).prefix { $0 == $1 }.count
            VariableLength.append(shared, to: &blocks)
            VariableLength.append(string.count - shared, to: &blocks)
            blocks += string[shared...]
            previous = string
        }
        return index + blocks
    }

    /// Calls `body` with the number, the bytes, and how many of these the string shares with the one before, from a block on, until
    /// it returns false.
    ///
    /// - Returns: false when the list makes no sense.
    func forEach<Failure: Error>(
        fromBlock first: Int = 0,
        _ body: (_ number: Int, _ string: [UInt8], _ shared: Int) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        var string: [UInt8] = []
        var number = first * Self.stringsPerBlock
        var offset = 0
        while number < count {
            if number % Self.stringsPerBlock == 0 {
                guard let start = bytes.littleEndian(UInt32.self, at: 4 * (number / Self.stringsPerBlock)) else {
                    return false
                }
                offset = Int(start)
            }
            guard let shared = append(to: &string, at: &offset) else { return false }
            guard try body(number, string, shared) else { return true }
            number += 1
        }
        return true
    }

    /// Turns the string before into the one at `offset`, which moves behind it.
    private func append(to string: inout [UInt8], at offset: inout Int) -> Int? {
        guard let shared = VariableLength.read(blocks, at: &offset), shared <= string.count,
            let added = VariableLength.read(blocks, at: &offset), added <= blocks.byteCount - offset
        else { return nil }
        string.removeSubrange(shared...)
        string.append(blocks, offset..<offset + added)
        offset += added
        return shared
    }

    /// The number of strings that come before `wanted`; nil when the list makes no sense.
    func count(before wanted: [UInt8]) -> Int? {
        var low = 0
        var high = Self.blockCount(count)
        guard high > 0 else { return 0 }
        // The last block whose first string comes before the wanted one; the first of all may not.
        while high - low > 1 {
            let middle = (low + high) / 2
            var first: [UInt8]?
            _ = forEach(fromBlock: middle) { _, string, _ in
                first = string
                return false
            }
            guard let first else { return nil }
            if first.lexicographicallyPrecedes(wanted) { low = middle } else { high = middle }
        }
        var found = count
        let isSound = forEach(fromBlock: low) { number, string, _ in
            if string.lexicographicallyPrecedes(wanted) { return true }
            found = number
            return false
        }
        return isSound ? found : nil
    }
}
