extension Span<UInt8> {
    /// The scalar that begins at `position`, and the number of its bytes.
    ///
    /// A byte that begins no well-formed sequence counts as U+FFFD: whoever asks has checked the text before, or reads
    /// what other programs left. It is inlined into the loops of other modules.
    @inlinable @inline(__always)
    package func decodeScalar(at position: Int) -> (scalar: UInt32, length: Int) {
        let first = UInt32(self[position])
        if first < 0x80 { return (first, 1) }
        if first < 0xE0 {
            guard first >= 0xC2, let second = continuation(at: position &+ 1) else { return (0xFFFD, 1) }
            return ((first & 0x1F) &<< 6 | second, 2)
        }
        guard let second = continuation(at: position &+ 1), let third = continuation(at: position &+ 2) else {
            return (0xFFFD, 1)
        }
        if first < 0xF0 {
            let scalar = (first & 0x0F) &<< 12 | second &<< 6 | third
            guard scalar >= 0x800, scalar & 0xF800 != 0xD800 else { return (0xFFFD, 1) }
            return (scalar, 3)
        }
        guard first < 0xF5, let fourth = continuation(at: position &+ 3) else { return (0xFFFD, 1) }
        let scalar = (first & 0x07) &<< 18 | second &<< 12 | third &<< 6 | fourth
        guard scalar >= 0x10000, scalar < 0x110000 else { return (0xFFFD, 1) }
        return (scalar, 4)
    }

    /// The lower six bits of a continuation byte; nil for any other byte, and past the end.
    @inlinable @inline(__always)
    package func continuation(at position: Int) -> UInt32? {
        guard position < count, self[position] & 0xC0 == 0x80 else { return nil }
        return UInt32(self[position] & 0x3F)
    }
}
