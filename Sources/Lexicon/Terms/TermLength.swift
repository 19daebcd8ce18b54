import Platform

/// The longest term, and what becomes of longer ones.
enum TermLength {
    /// The most bytes of a term.
    static let limit = 64

    /// The most bytes of a word or compound that is folded and taken apart.
    ///
    /// A longer one is hardly language: its bytes become one term, in constant memory.
    static let wordLimit = 512

    /// The term itself, or the beginning and the digest of a long one.
    static func limited(_ term: [UInt8]) -> [UInt8] {
        term.count <= limit ? term : shortened(term.span)
    }

    /// The first 47 bytes, or fewer where that would cut a character, "~", and 16 hexadecimal digits of XXH64.
    static func shortened(_ term: Span<UInt8>) -> [UInt8] {
        var end = min(beginning, term.count)
        while end > 0, end < term.count, term[end] & 0xC0 == 0x80 { end -= 1 }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(limit)
        for position in 0..<end { bytes.append(term[position]) }
        bytes.append(0x7E)
        let digest = digest(of: term)
        for shift in stride(from: 60, through: 0, by: -4) { bytes.append(digits[Int(digest >> UInt64(shift) & 15)]) }
        return bytes
    }

    private static func digest(of term: Span<UInt8>) -> UInt64 {
        var state = XXH64()
        var piece: [UInt8] = []
        piece.reserveCapacity(wordLimit)
        for position in 0..<term.count {
            piece.append(term[position])
            guard piece.count == wordLimit || position == term.count - 1 else { continue }
            state.update(piece.rawSpan)
            piece.removeAll(keepingCapacity: true)
        }
        return state.finish()
    }

    private static let beginning = 47
    private static let digits = Array("0123456789abcdef".utf8)
}
