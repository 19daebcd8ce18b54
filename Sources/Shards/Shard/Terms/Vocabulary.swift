/// The different terms of a shard in the making, each with a number.
///
/// A table of open addressing over one array of bytes: a term that is known costs one comparison, and none is a string.
struct Vocabulary: Sendable {
    private var bytes: [UInt8] = []
    /// Where the terms end in `bytes`, by their numbers.
    private var ends: [Int] = []
    /// The number of a term plus one at its place, where 0 is free.
    ///
    /// The size is a power of two.
    private var places: [UInt32] = Array(repeating: 0, count: 1024)

    /// The number of terms.
    var count: Int { ends.count }

    /// The memory that they take.
    var byteCount: Int { bytes.count + ends.count * 8 + places.count * 4 }

    /// The bytes of a term.
    func term(_ number: Int) -> ArraySlice<UInt8> { bytes[range(number)] }

    private func range(_ number: Int) -> Range<Int> { (number == 0 ? 0 : ends[number - 1])..<ends[number] }

    /// The numbers in the order of the terms' bytes.
    var sorted: [Int] { (0..<count).sorted { term($0).lexicographicallyPrecedes(term($1)) } }

    /// The number of a term, which gets one when it is new.
    mutating func number(of term: ArraySlice<UInt8>) -> Int {
        var place = Self.hash(term) & (places.count - 1)
        while places[place] != 0 {
            let number = Int(places[place]) - 1
            if self.term(number) == term { return number }
            place = (place + 1) & (places.count - 1)
        }
        bytes += term
        ends.append(bytes.count)
        places[place] = UInt32(ends.count)
        if ends.count * 2 > places.count { grow() }
        return ends.count - 1
    }

    private mutating func grow() {
        places = Array(repeating: 0, count: places.count * 2)
        for number in ends.indices {
            var place = Self.hash(term(number)) & (places.count - 1)
            while places[place] != 0 { place = (place + 1) & (places.count - 1) }
            places[place] = UInt32(number + 1)
        }
    }

    /// FNV-1a, whose high bits are mixed into the low ones that the table uses.
    private static func hash(_ term: ArraySlice<UInt8>) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in term { hash = (hash ^ UInt64(byte)) &* 0x0100_0000_01B3 }
        return Int(truncatingIfNeeded: (hash ^ hash >> 29) & 0x7FFF_FFFF_FFFF_FFFF)
    }
}
