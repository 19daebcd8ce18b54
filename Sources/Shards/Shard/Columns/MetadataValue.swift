/// A value of a document's metadata, typed as JSON had it.
///
/// The order is that of a column: null, false, true, the numbers, then the strings by their bytes, which is the order of their
/// Unicode scalars.
package enum MetadataValue: Sendable, Hashable {
    case null
    case boolean(Bool)
    /// A number in double precision, as most programs read JSON; minus zero is zero.
    case number(Double)
    /// A string in UTF-8.
    case string([UInt8])

    private var rank: Int {
        switch self {
        case .null: 0
        case .boolean(false): 1
        case .boolean(true): 2
        case .number: 3
        case .string: 4
        }
    }
}

extension MetadataValue: Comparable {
    package static func < (left: MetadataValue, right: MetadataValue) -> Bool {
        switch (left, right) {
        case (.number(let left), .number(let right)): left < right
        case (.string(let left), .string(let right)): left.lexicographicallyPrecedes(right)
        default: left.rank < right.rank
        }
    }
}
