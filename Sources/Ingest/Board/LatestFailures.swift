/// The files that failed last, for those who wait for what they dropped.
///
/// `failed/` has all of them; to read it for each who waits would take long where many failed.
package struct LatestFailures: Sendable {
    /// One failure.
    package struct Entry: Sendable, Equatable {
        /// Below the inbox, as it is shown.
        package let path: String
        let reason: String
        /// Whose file it is.
        package let owner: UInt32
        /// By the clock of the system.
        let nanoseconds: Int64
    }

    private var entries: [Entry] = []
    /// So many are kept; twice as many are in memory for a moment.
    package static let most = 1000

    package init() {}

    /// Notes a failure.
    package mutating func add(_ entry: Entry) {
        entries.append(entry)
        if entries.count >= Self.most * 2 { entries.removeFirst(Self.most) }
    }

    /// Notes what failed before everything that is known.
    mutating func recall(_ earlier: [Entry]) {
        let earlier = earlier.filter { $0.nanoseconds < entries.first?.nanoseconds ?? .max }
        entries.insert(contentsOf: earlier.sorted { $0.nanoseconds < $1.nanoseconds }.suffix(Self.most), at: 0)
    }

    /// The failures since a moment, of those that are kept.
    package func since(_ nanoseconds: Int64) -> ArraySlice<Entry> {
        // A clock that was set back puts them out of order, and then too many are better than too few.
        entries[(entries.firstIndex { $0.nanoseconds >= nanoseconds } ?? entries.endIndex)...]
    }
}
