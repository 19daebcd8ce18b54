/// The set of bytes that a bracket of a glob matches.
struct ByteSet: Sendable, Equatable {
    private var words = SIMD4<UInt64>.zero

    subscript(_ byte: UInt8) -> Bool {
        get { words[Int(byte >> 6)] >> UInt64(byte & 63) & 1 == 1 }
        set {
            let bit: UInt64 = 1 << UInt64(byte & 63)
            if newValue { words[Int(byte >> 6)] |= bit } else { words[Int(byte >> 6)] &= ~bit }
        }
    }

    mutating func insert(_ range: ClosedRange<UInt8>) {
        for byte in range { self[byte] = true }
    }

    mutating func formUnion(_ other: ByteSet) { words |= other.words }

    /// All bytes that are not in the set.
    var complement: ByteSet {
        var result = self
        result.words = ~words
        return result
    }
}

extension ByteSet {
    /// Makes the set of a POSIX class, such as `alpha`, from its ASCII characters; nil when there is no such class.
    init?(class name: ArraySlice<UInt8>) {
        self.init()
        let ranges: [ClosedRange<UInt8>]
        switch String(decoding: name, as: UTF8.self) {
        case "alnum": ranges = [0x30...0x39, 0x41...0x5A, 0x61...0x7A]
        case "alpha": ranges = [0x41...0x5A, 0x61...0x7A]
        case "blank": ranges = [0x20...0x20, 0x09...0x09]
        case "cntrl": ranges = [0x00...0x1F, 0x7F...0x7F]
        case "digit": ranges = [0x30...0x39]
        case "graph": ranges = [0x21...0x7E]
        case "lower": ranges = [0x61...0x7A]
        case "print": ranges = [0x20...0x7E]
        case "punct": ranges = [0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E]
        case "space": ranges = [0x20...0x20, 0x09...0x0D]
        case "upper": ranges = [0x41...0x5A]
        case "xdigit": ranges = [0x30...0x39, 0x41...0x46, 0x61...0x66]
        default: return nil
        }
        for range in ranges { insert(range) }
    }
}
