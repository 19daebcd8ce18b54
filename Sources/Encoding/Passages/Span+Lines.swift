import Text

extension Span<UInt8> {
    /// The number of newlines in a range.
    func newlines(in range: Range<Int>) -> Int {
        var count = 0
        for position in range where self[position] == 0x0A { count += 1 }
        return count
    }

    /// The position of the first byte from `position` on that is not ASCII white space.
    func skippingSpace(from position: Int) -> Int {
        var position = position
        while position < count, self[position].isASCIISpace { position += 1 }
        return position
    }

    /// The position after the last byte before `end` that is not ASCII white space.
    func droppingSpace(before end: Int, downTo start: Int) -> Int {
        var end = end
        while end > start, self[end - 1].isASCIISpace { end -= 1 }
        return end
    }
}
