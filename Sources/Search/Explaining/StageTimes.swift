/// How long the stages of a search took.
package struct StageTimes: Sendable, Equatable {
    /// What is done one after another.
    package enum Stage: String, Sendable, CaseIterable {
        /// The rows are found that may be hits.
        case select
        /// The queries become vectors.
        case encode
        /// The rows are ranked.
        case scan
        /// The texts of the hits are read.
        case text
    }

    private var durations: [Stage: Duration] = [:]

    package init() {}

    package subscript(stage: Stage) -> Duration { durations[stage] ?? .zero }

    /// The stages with their times, in their order.
    package var all: [(Stage, Duration)] { Stage.allCases.map { ($0, self[$0]) } }

    /// Adds the time since a moment to a stage.
    mutating func add(_ stage: Stage, since start: ContinuousClock.Instant) {
        durations[stage] = self[stage] + (ContinuousClock.now - start)
    }

    static func + (times: StageTimes, other: StageTimes) -> StageTimes {
        var sum = times
        sum.durations.merge(other.durations, uniquingKeysWith: +)
        return sum
    }
}
