/// An element that a `DigestTable` can find.
protocol DigestKeyed {
    var digest: IdentifierDigest { get }
}

/// Finds elements of an array by digest: open addressing with 4 bytes per slot.
///
/// The caller keeps the array; a dictionary would store every digest a second time. The digests are keyed hashes, so
/// their bits are well distributed for any document names.
struct DigestTable: Sendable {
    /// The number of an element plus one; 0 marks an empty slot.
    private var places: [UInt32] = []
    private(set) var count = 0

    /// The largest number that fits.
    static let maximumNumber = Int(UInt32.max) - 1

    /// Makes room for this many numbers.
    mutating func reserve(_ numbers: Int, in elements: [some DigestKeyed]) {
        let wanted = numbers * 2 + 16
        guard wanted > places.count else { return }
        let old = places
        places = Array(repeating: 0, count: wanted)
        for place in old where place != 0 {
            let (_, free) = search(elements[Int(place) - 1].digest, in: elements)
            places[free] = place
        }
    }

    /// The number of a digest; nil when it is not in the table.
    func number(of wanted: IdentifierDigest, in elements: [some DigestKeyed]) -> Int? {
        guard count > 0 else { return nil }
        return search(wanted, in: elements).number
    }

    /// Adds a number whose digest is not in the table yet.
    mutating func insert(_ number: Int, in elements: [some DigestKeyed]) {
        // At most six of ten slots are occupied, so a search visits two or three.
        if (count + 1) * 10 > places.count * 6 { reserve(count * 5 / 4 + 16, in: elements) }
        places[search(elements[number].digest, in: elements).free] = UInt32(number + 1)
        count += 1
    }

    /// Removes a number.
    mutating func remove(_ number: Int, in elements: [some DigestKeyed]) {
        guard !places.isEmpty else { return }
        var hole = home(elements[number].digest)
        while places[hole] != UInt32(number + 1) {
            guard places[hole] != 0 else { return }
            hole = next(hole)
        }
        places[hole] = 0
        count -= 1
        // Elements that a search could no longer reach move into the hole, so no marks of removed elements accumulate.
        var place = next(hole)
        while places[place] != 0 {
            let start = home(elements[Int(places[place]) - 1].digest)
            let isReached = hole < place ? start > hole && start <= place : start > hole || start <= place
            if !isReached {
                places[hole] = places[place]
                places[place] = 0
                hole = place
            }
            place = next(place)
        }
    }

    /// The memory in use, in bytes.
    var byteCount: Int { places.capacity * MemoryLayout<UInt32>.stride }

    /// The number of a digest, or the slot where it belongs.
    private func search(
        _ wanted: IdentifierDigest, in elements: [some DigestKeyed]
    ) -> (number: Int?, free: Int) {
        var place = home(wanted)
        while places[place] != 0 {
            let number = Int(places[place]) - 1
            if elements[number].digest == wanted { return (number, place) }
            place = next(place)
        }
        return (nil, place)
    }

    private func home(_ digest: IdentifierDigest) -> Int {
        Int(digest.high.multipliedFullWidth(by: UInt64(places.count)).high)
    }

    private func next(_ place: Int) -> Int {
        place + 1 == places.count ? 0 : place + 1
    }
}

/// The shards of an index by number, with their dead rows; numbers are short and stay the same while a store is open.
struct ShardTable: Sendable {
    /// A shard.
    struct Shard: Sendable {
        let name: ShardName
        let rowCount: Int
        let checksum: UInt64
        /// The dead rows; nil while all rows live.
        var dead: RowBitset?
    }

    private(set) var shards: [Shard] = []
    private var numbers: [ShardName: Int] = [:]

    subscript(_ number: Int) -> Shard { shards[number] }

    /// The number of a shard; nil when the index has not contained it since the store was opened.
    func number(of name: ShardName) -> Int? { numbers[name] }

    /// Adds a shard under the next number.
    mutating func append(_ shard: Shard) {
        numbers[shard.name] = shards.count
        shards.append(shard)
    }

    /// Drops the dead rows of a shard that is not in the index any more.
    mutating func clearDead(of number: Int) { shards[number].dead = nil }

    /// Replaces a shard's dead rows with a larger set.
    mutating func setDead(_ dead: RowBitset, of number: Int) {
        shards[number].dead = dead
    }
}
