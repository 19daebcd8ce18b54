import Platform

/// Integers in as few bytes as they need: seven bits a byte, the lowest first, the high bit set on all bytes but the last (LEB128).
enum VariableLength {
    static func append(_ value: Int, to bytes: inout [UInt8]) {
        var rest = UInt64(value)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Reads the integer at `offset`, which moves behind it; nil where the bytes end or it has more than 56 bits.
    static func read(_ bytes: RawSpan, at offset: inout Int) -> Int? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 56, let byte = bytes.littleEndian(UInt8.self, at: offset) {
            offset += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(value) }
            shift += 7
        }
        return nil
    }
}
