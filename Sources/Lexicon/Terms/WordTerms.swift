/// The distinct terms of one word, the primary one first.
struct WordTerms {
    private(set) var bytes: [UInt8] = []
    private(set) var lengths: [UInt8] = []

    /// The most terms of one word, which bounds the time for a path of a thousand parts.
    private static let limit = 64

    /// Makes it empty for the next word, and keeps its memory.
    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
    }

    /// Appends a term unless it is already there; it is shortened if it is too long.
    mutating func append(_ term: [UInt8]) {
        guard lengths.count < Self.limit, !term.isEmpty else { return }
        let term = TermLength.limited(term)
        var start = 0
        for length in lengths {
            let end = start + Int(length)
            if end - start == term.count, bytes[start..<end].elementsEqual(term) { return }
            start = end
        }
        bytes.append(contentsOf: term)
        lengths.append(UInt8(truncatingIfNeeded: term.count))
    }

    /// The terms as arrays.
    var terms: [[UInt8]] {
        var start = 0
        return lengths.map { length in
            defer { start += Int(length) }
            return Array(bytes[start..<start + Int(length)])
        }
    }
}
