/// The shards of an index by number, with their dead rows; numbers are short and stay the same while a store is open.
struct ShardTable: Sendable {
    /// A shard.
    struct Shard: Sendable {
        let name: ShardName
        let rowCount: Int
        let checksum: UInt64
        /// nil while all rows live.
        var dead: RowBitset?
    }

    private(set) var shards: [Shard] = []
    private var numbers: [ShardName: Int] = [:]

    subscript(_ number: Int) -> Shard { shards[number] }

    /// The number of a shard; nil when the index never had it since the store was opened.
    func number(of name: ShardName) -> Int? { numbers[name] }

    /// Adds a shard under the next number.
    mutating func append(_ shard: Shard) {
        numbers[shard.name] = shards.count
        shards.append(shard)
    }

    /// Replaces a shard's dead rows by more of them.
    mutating func setDead(_ dead: RowBitset, of number: Int) {
        shards[number].dead = dead
    }
}
