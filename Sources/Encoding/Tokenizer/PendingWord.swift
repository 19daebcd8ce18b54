/// A word during normalization: its scalars, each with the bytes of the text that it came from.
///
/// It keeps canonical order (UAX #15): a mark moves before marks of a greater combining class, up to the last character
/// of class zero. Scalars beyond the limit are not stored, because such a word becomes one unknown token of any length.
struct PendingWord {
    /// The most scalars of a word that is looked up.
    private let limit: Int
    private(set) var scalars: [UInt32] = []
    private(set) var starts: [Int] = []
    private(set) var ends: [Int] = []
    private var classes: [UInt8] = []
    /// Marks do not move before this position, where a mark of class zero was dropped.
    private var barrier = 0
    private(set) var isTooLong = false
    /// The end of the word in the text.
    private(set) var end = 0

    init(limit: Int) {
        self.limit = limit
    }

    var isEmpty: Bool { scalars.isEmpty }

    /// Adds the scalar of the bytes from `start` to `end`.
    @inline(__always)
    mutating func append(_ scalar: UInt32, combiningClass: UInt8, from start: Int, to end: Int) {
        self.end = end
        guard scalars.count < limit else {
            isTooLong = true
            return
        }
        scalars.append(scalar)
        starts.append(start)
        ends.append(end)
        classes.append(combiningClass)
        if combiningClass > 0 { moveLastMark() }
    }

    /// Records a dropped mark of class zero, which later marks cannot move across.
    mutating func appendBarrier() {
        barrier = scalars.count
    }

    mutating func removeAll() {
        scalars.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        classes.removeAll(keepingCapacity: true)
        barrier = 0
        isTooLong = false
    }

    private mutating func moveLastMark() {
        var position = scalars.count - 1
        while position > barrier, classes[position - 1] > classes[position] {
            scalars.swapAt(position - 1, position)
            starts.swapAt(position - 1, position)
            ends.swapAt(position - 1, position)
            classes.swapAt(position - 1, position)
            position -= 1
        }
    }
}
