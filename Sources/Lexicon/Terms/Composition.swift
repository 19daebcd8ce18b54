import Text

/// Composes characters whose marks are in canonical order, as normalization form C does.
struct Composition {
    private var scalars: [UInt32] = []
    /// The position of the last character that is no mark.
    private var starter: Int?
    private var lastClass: UInt8 = 0

    /// Makes it empty for the next term, and keeps its memory.
    mutating func removeAll() {
        scalars.removeAll(keepingCapacity: true)
        starter = nil
        lastClass = 0
    }

    /// Adds a character, which may become one with those before it.
    mutating func append(_ scalar: UInt32, _ table: WordPropertyTable) {
        let combiningClass = scalar < 0x300 ? 0 : table[scalar].combiningClass
        // Definition D117 of Unicode: nothing of the same or a higher class may stand between the two.
        if scalar >= 0x300, let starter, starter == scalars.count - 1 || lastClass < combiningClass,
            let composite = table.composite(of: scalars[starter], scalar)
        {
            scalars[starter] = composite
            return
        }
        if combiningClass == 0 { starter = scalars.count }
        lastClass = combiningClass
        scalars.append(scalar)
    }

    /// Writes the characters in UTF-8.
    func write(into bytes: inout [UInt8]) {
        bytes.removeAll(keepingCapacity: true)
        for scalar in scalars {
            switch scalar {
            case 0..<0x80: bytes.append(UInt8(scalar))
            case 0x80..<0x800:
                bytes.append(UInt8(0xC0 | scalar >> 6))
                bytes.append(UInt8(0x80 | scalar & 0x3F))
            case 0x800..<0x10000:
                bytes.append(UInt8(0xE0 | scalar >> 12))
                bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
                bytes.append(UInt8(0x80 | scalar & 0x3F))
            default:
                bytes.append(UInt8(0xF0 | scalar >> 18))
                bytes.append(UInt8(0x80 | scalar >> 12 & 0x3F))
                bytes.append(UInt8(0x80 | scalar >> 6 & 0x3F))
                bytes.append(UInt8(0x80 | scalar & 0x3F))
            }
        }
    }
}
