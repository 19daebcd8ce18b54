/// A word under normalization: its scalars, each with the bytes of the text it came from.
///
/// It keeps canonical order (UAX #15): a mark moves before marks of a greater combining class, up to the last character
/// of class zero. Beyond the limit of scalars nothing is stored: such a word becomes one unknown token, however long it is.
struct PendingWord {
    /// The largest number of scalars of a word that is looked up.
    private let limit: Int
    private(set) var scalars: [UInt32] = []
    private(set) var starts: [Int] = []
    private(set) var ends: [Int] = []
    private var classes: [UInt8] = []
    /// Marks do not move before this position: a dropped mark of class zero stood there.
    private var barrier = 0
    private(set) var isTooLong = false
    /// Where the word ends in the text.
    private(set) var end = 0

    init(limit: Int) {
        self.limit = limit
    }

    var isEmpty: Bool { scalars.isEmpty }

    /// Adds the scalar that the bytes from `start` to `end` gave.
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

    /// Notes a dropped mark of class zero, which marks do not pass.
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
