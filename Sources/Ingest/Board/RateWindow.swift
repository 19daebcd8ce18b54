/// The speed of a count that only grows, over the last seconds.
package struct RateWindow: Sendable {
    private let window: Duration
    private var samples: [(time: Duration, count: Int)] = []

    package init(_ window: Duration) {
        self.window = window
    }

    /// Takes a reading and gives the speed per second, to one decimal; 0 until there is a tenth of a second to look at.
    package mutating func rate(_ count: Int, at now: Duration) -> Double {
        samples.append((now, count))
        samples.removeAll { now - $0.time > window }
        guard let first = samples.first, now - first.time > .milliseconds(100) else { return 0 }
        return (Double(count - first.count) / ((now - first.time) / .seconds(1)) * 10).rounded() / 10
    }
}
