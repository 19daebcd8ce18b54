/// The properties of all code points, expanded from `WordTables`.
///
/// Terms are kept in an index for years, so they follow this one Unicode version, not that of Swift's library.
package struct WordPropertyTable: Sendable {
    /// The number of the block of each 128 code points.
    @usableFromInline let pages: [UInt16]
    @usableFromInline let blocks: [UInt32]
    /// The code points that change, in ascending order.
    private let changing: [UInt32]
    private let decompositions: [[UInt32]]
    private let foldings: [[UInt32]]
    /// The two halves of each composition, the first in the upper 32 bits, in ascending order.
    private let pairs: [UInt64]
    private let composites: [UInt32]

    /// The only table of the process, expanded at first use in about a millisecond.
    package static let shared = WordPropertyTable()

    private init() {
        pages = TableText.numbers(WordTables.pages).map { UInt16(truncatingIfNeeded: $0) }
        blocks = TableText.numbers(WordTables.blocks)
        let folds = TableText.folds(WordTables.folds, count: WordTables.foldCount)
        changing = folds.codePoints
        decompositions = folds.first
        foldings = folds.second
        let numbers = TableText.numbers(WordTables.pairs)
        pairs = (0..<WordTables.pairCount).map { UInt64(numbers[3 * $0]) << 32 | UInt64(numbers[3 * $0 + 1]) }
        composites = (0..<WordTables.pairCount).map { numbers[3 * $0 + 2] }
    }

    /// The properties of a code point below 0x110000.
    @inlinable
    package subscript(codePoint: UInt32) -> WordProperties {
        @inline(__always)
        get { WordProperties(bits: blocks[Int(pages[Int(codePoint &>> 7)]) &<< 7 | Int(codePoint & 127)]) }
    }

    /// The full canonical decomposition, after full-width and half-width forms became plain ones; empty where nothing changes.
    ///
    /// Hangul syllables stay whole: composition makes them from their letters.
    package func decomposition(of codePoint: UInt32) -> [UInt32] {
        Self.position(of: codePoint, in: changing).map { decompositions[$0] } ?? []
    }

    /// The full case folding of a code point that has no decomposition; empty where nothing changes.
    package func caseFolding(of codePoint: UInt32) -> [UInt32] {
        Self.position(of: codePoint, in: changing).map { foldings[$0] } ?? []
    }

    /// What a character and the one after it compose to; nil when they stay two.
    package func composite(of first: UInt32, _ second: UInt32) -> UInt32? {
        Hangul.composite(of: first, second)
            ?? Self.position(of: UInt64(first) << 32 | UInt64(second), in: pairs).map { composites[$0] }
    }

    private static func position<Number: Comparable>(of number: Number, in sorted: [Number]) -> Int? {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == number ? low : nil
    }
}
