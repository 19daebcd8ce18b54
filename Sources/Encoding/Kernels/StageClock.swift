import Platform

/// A part of the forward pass whose time is counted by itself.
package enum EncoderStage: Int, Sendable, CaseIterable {
    /// Words and positions are added up.
    case embedding
    /// The product that gives query, key and value.
    case projection
    case attention
    /// The product of what attention gives.
    case attentionOutput
    /// The product in front of GELU.
    case inner
    /// GELU; of int8 with the sums turned into numbers.
    case activation
    /// The product behind GELU.
    case output
    /// Residual and layer norm; of int8 with the codes of the next product and the values of a projection.
    case norm
    /// The mean of a sequence's rows.
    case pooling
}

/// Tells where a worker's time goes.
///
/// It is read some hundred times a batch, which is a ten-thousandth of the batch's time, so that it always runs and there is
/// nothing to switch on.
final class StageClock {
    private var last = 0.0
    /// Since the batch began.
    private(set) var times = StageTimes()

    /// Begins a batch.
    func start() {
        times = StageTimes()
        last = CurrentProcess.monotonicSeconds
    }

    /// Says that what was done since the last call belongs to `stage`.
    func finish(_ stage: EncoderStage) {
        let now = CurrentProcess.monotonicSeconds
        times[stage] += now - last
        last = now
    }
}

/// The seconds that each stage took, of all workers together.
package struct StageTimes: Sendable, Equatable {
    private var seconds = [Double](repeating: 0, count: EncoderStage.allCases.count)

    package init() {}

    /// The seconds of one stage.
    package subscript(stage: EncoderStage) -> Double {
        get { seconds[stage.rawValue] }
        set { seconds[stage.rawValue] = newValue }
    }

    /// The seconds of all stages.
    package var total: Double { seconds.reduce(0, +) }

    /// Adds those of another batch or worker.
    package static func += (times: inout StageTimes, other: StageTimes) {
        for stage in EncoderStage.allCases { times[stage] += other[stage] }
    }
}
