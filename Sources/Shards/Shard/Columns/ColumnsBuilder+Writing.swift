import Platform

extension ColumnsBuilder {
    /// The content of section K; nil when it would be larger than the format allows.
    func content() -> [UInt8]? {
        let order = identifiers.indices.sorted {
            identifiers[$0] == identifiers[$1]
                ? $0 < $1 : identifiers[$0].lexicographicallyPrecedes(identifiers[$1])
        }
        var (directory, values): ([UInt8], [UInt8]) = ([], [])
        for (key, column) in columns.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
            VariableLength.append(key.count, to: &directory)
            directory += key
            VariableLength.append(column.isClosed ? 0 : 1, to: &directory)
            if !column.isClosed { column.append(to: &directory, &values) }
        }
        let names = SortedStrings.serialized(order.lazy.map { identifiers[$0] })
        var header = ColumnsHeader(
            documentCount: identifiers.count, keyCount: columns.count, hasOtherKeys: hasOtherKeys)
        header.directory = header.identifiers + names.count
        header.values = header.directory + directory.count
        header.end = header.values + values.count
        guard header.end <= Self.maximumByteCount else { return nil }
        var bytes = header.serialized()
        bytes.reserveCapacity(header.end)
        for row in firstRows { bytes.append(littleEndian: row) }
        for time in times { bytes.append(littleEndian: time) }
        for number in order { bytes.append(littleEndian: UInt32(number)) }
        return bytes + names + directory + values
    }
}

extension ColumnsBuilder.Column {
    /// Appends the column to the directory and to the values.
    fileprivate func append(to directory: inout [UInt8], _ values: inout [UInt8]) {
        let sorted = numbers.sorted { $0.key < $1.key }
        var places = Array(repeating: 0, count: sorted.count)
        var doubles: [Double] = []
        var strings: [[UInt8]] = []
        for (value, number) in sorted {
            switch value {
            case .null: places[number] = MetadataColumn.null
            case .boolean(let boolean): places[number] = MetadataColumn.number(of: boolean)
            case .number(let double):
                places[number] = MetadataColumn.firstNumber + doubles.count
                doubles.append(double)
            case .string(let string):
                places[number] = MetadataColumn.firstNumber + doubles.count + strings.count
                strings.append(string)
            }
        }
        var (packed, count, previous): ([UInt8], Int, UInt64?) = ([], 0, nil)
        for entry in entries.map({ $0 & ~0xFFFF_FFFF | UInt64(places[Int($0 & 0xFFFF_FFFF)]) }).sorted()
        where entry != previous {
            VariableLength.append(Int(entry >> 32) - Int((previous ?? 0) >> 32), to: &packed)
            VariableLength.append(Int(entry & 0xFFFF_FFFF), to: &packed)
            (previous, count) = (entry, count + 1)
        }
        let list = SortedStrings.serialized(strings)
        for number in [doubles.count, strings.count, list.count, count, packed.count] {
            VariableLength.append(number, to: &directory)
        }
        for double in doubles { values.append(littleEndian: double.bitPattern) }
        values += list
        values += packed
    }
}
