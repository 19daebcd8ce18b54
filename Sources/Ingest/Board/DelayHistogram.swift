/// How long things took: how many took at most each of some times, and the sum.
///
/// Programs that watch many daemons can add such numbers up, which they cannot do with percentiles.
package struct DelayHistogram: Codable, Sendable, Equatable {
    /// The times in seconds, ascending.
    package private(set) var bounds = Self.standardBounds
    /// How many took at most the time at the same place and more than the one before; the last number is of all others.
    package private(set) var counts = [Int](repeating: 0, count: Self.standardBounds.count + 1)
    /// The sum of all times.
    package private(set) var seconds = 0.0

    /// From a file on an idle machine to one behind a backlog of a day.
    private static let standardBounds: [Double] = [
        0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 3600, 21_600, 86_400,
    ]

    package init() {}

    /// How many there were.
    package var count: Int { counts.reduce(0, +) }

    /// Counts one more.
    package mutating func add(_ time: Double) {
        // A clock that was set back gives a negative time.
        let time = max(time, 0)
        seconds += time
        counts[bounds.firstIndex { time <= $0 } ?? bounds.count] += 1
    }
}
