/// The lines of a `.jsonl` file that could not be taken: how many, and what is wrong with the first of them.
///
/// A small file can hold millions, so only so many are kept; their bytes are written to a file as they come.
package struct LineFaults: Sendable, Equatable {
    /// The first lines at fault, `limit` at most.
    package private(set) var first: [DocumentFault] = []
    /// How many lines are at fault.
    package private(set) var count = 0

    /// How many faults are kept in words.
    package static let limit = 100

    package init() {}

    /// Takes in one more line.
    package mutating func append(_ fault: DocumentFault) {
        count += 1
        if first.count < Self.limit { first.append(fault) }
    }

    /// Takes in what was found later.
    package mutating func append(_ others: LineFaults) {
        count += others.count
        first += others.first.prefix(Self.limit - first.count)
    }
}
