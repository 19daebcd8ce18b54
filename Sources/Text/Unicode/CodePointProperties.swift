/// The properties that the reference library gives every code point, expanded from `UnicodeTables`.
///
/// Swift's own `Unicode.Scalar.Properties` follow another Unicode version and would produce other ids.
package struct CodePointProperties: Sendable {
    package static let removed: UInt32 = 1
    package static let space: UInt32 = 2
    package static let ideograph: UInt32 = 4
    package static let nonspacingMark: UInt32 = 8
    package static let punctuation: UInt32 = 16
    package static let whiteSpace: UInt32 = 32

    /// The number of the block of each 128 code points.
    package let pages: [UInt8]
    /// Flags in bits 0 to 7, canonical combining class in bits 8 to 15, number of the fold plus one from bit 16.
    package let blocks: [UInt32]
    /// The code points that have a fold, in ascending order.
    package let folded: [UInt32]
    /// The decomposition of each fold without nonspacing marks; empty means the code point itself.
    package let decompositions: [[UInt32]]
    /// The lower case of each fold; empty means the code point itself.
    package let lowercase: [[UInt32]]

    /// The only table of the process, expanded at first use in well under a millisecond.
    package static let shared = CodePointProperties()

    private init() {
        pages = TableText.numbers(UnicodeTables.pages).map { UInt8(truncatingIfNeeded: $0) }
        let folds = TableText.folds(UnicodeTables.folds, count: UnicodeTables.foldCount)
        var blocks = TableText.numbers(UnicodeTables.blocks)
        for (number, codePoint) in folds.codePoints.enumerated() {
            let page = Int(pages[Int(codePoint) / UnicodeTables.blockSize])
            blocks[page * UnicodeTables.blockSize + Int(codePoint) % UnicodeTables.blockSize] |=
                UInt32(number + 1) << 16
        }
        self.blocks = blocks
        folded = folds.codePoints
        decompositions = folds.first
        lowercase = folds.second
    }

    /// The entry of a code point below 0x110000.
    package func entry(_ codePoint: UInt32) -> UInt32 {
        let page = Int(pages[Int(codePoint) / UnicodeTables.blockSize])
        return blocks[page * UnicodeTables.blockSize + Int(codePoint) % UnicodeTables.blockSize]
    }
}
