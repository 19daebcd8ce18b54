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
        pages = Self.expand(UnicodeTables.pages).map { UInt8(truncatingIfNeeded: $0) }
        var blocks = Self.expand(UnicodeTables.blocks)
        var folded: [UInt32] = []
        var decompositions: [[UInt32]] = []
        var lowercase: [[UInt32]] = []
        folded.reserveCapacity(UnicodeTables.foldCount)
        decompositions.reserveCapacity(UnicodeTables.foldCount)
        lowercase.reserveCapacity(UnicodeTables.foldCount)
        var codePoint: UInt32 = 0
        var field = 0
        var value: UInt32 = 0
        var hasDigits = false
        var parts: ([UInt32], [UInt32]) = ([], [])
        // One pass over "+distance:decomposition:lower case", each a list of numbers separated by full stops.
        for byte in Self.terminated(UnicodeTables.folds) {
            switch byte {
            case 0x30...0x39, 0x61...0x66:
                value = value << 4 | Self.digit(byte)
                hasDigits = true
                continue
            case 0x2B: continue
            default: break
            }
            if hasDigits {
                switch field {
                case 0: codePoint += value
                case 1: parts.0.append(value)
                default: parts.1.append(value)
                }
            }
            value = 0
            hasDigits = false
            if byte == 0x3A {
                field += 1
            } else if byte != 0x2E, field == 2 {
                folded.append(codePoint)
                decompositions.append(parts.0)
                lowercase.append(parts.1)
                let page = Int(pages[Int(codePoint) / UnicodeTables.blockSize])
                blocks[page * UnicodeTables.blockSize + Int(codePoint) % UnicodeTables.blockSize] |=
                    UInt32(folded.count) << 16
                parts = ([], [])
                field = 0
            }
        }
        self.blocks = blocks
        self.folded = folded
        self.decompositions = decompositions
        self.lowercase = lowercase
    }

    /// The entry of a code point below 0x110000.
    package func entry(_ codePoint: UInt32) -> UInt32 {
        let page = Int(pages[Int(codePoint) / UnicodeTables.blockSize])
        return blocks[page * UnicodeTables.blockSize + Int(codePoint) % UnicodeTables.blockSize]
    }

    private static func digit(_ byte: UInt8) -> UInt32 {
        byte < 0x61 ? UInt32(byte & 0x0F) : UInt32(byte - 0x61 + 10)
    }

    private static func terminated(_ text: String) -> [UInt8] {
        Array(text.utf8) + [0x20]
    }

    /// Parses hexadecimal numbers separated by white space, where "v*n" repeats v n times.
    private static func expand(_ text: String) -> [UInt32] {
        var numbers: [UInt32] = []
        var value: UInt32 = 0
        var repeated: UInt32?
        for byte in terminated(text) {
            switch byte {
            case 0x30...0x39, 0x61...0x66: value = value << 4 | digit(byte)
            case 0x2A:
                repeated = value
                value = 0
            default:
                if let number = repeated {
                    for _ in 0..<value { numbers.append(number) }
                } else {
                    numbers.append(value)
                }
                repeated = nil
                value = 0
            }
        }
        return numbers
    }
}
