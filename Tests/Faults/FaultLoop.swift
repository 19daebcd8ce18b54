import Platform
import SystemPackage
import TestSupport

/// Tries points one after another, several at a time, and counts violations.
struct FaultLoop: Sendable {
    /// Some sites are not reached in every clean run.
    private static let cleanRuns = 3

    let seed: UInt64?
    let file: FilePath?
    let jobs: Int

    /// The initial state: the one in the file, or all points again with the totals of that.
    ///
    /// - Parameter isWithPoints: whether points are to be tried; the other parts do not depend on the build.
    /// - Returns: the state.
    /// - Throws: `Trouble` when a run without faults is not clean.
    func begin(isWithPoints: Bool) async throws -> LoopState {
        let binary = try LoopState.currentBinary()
        let earlier = file.flatMap { LoopState.read($0) }
        if let earlier, seed == nil || earlier.seed == seed, earlier.binary == binary || !isWithPoints {
            return earlier
        }
        let seed = seed ?? UInt64.random(in: 0...UInt64(UInt32.max))
        var state = LoopState(binary: binary, seed: seed, points: isWithPoints ? try await Self.points(seed) : [])
        if let earlier {
            state.totals = earlier.totals
            state.nextSeeds = earlier.nextSeeds
        }
        return state
    }

    private static func points(_ seed: UInt64) async throws -> [FaultPoint] {
        var generator = SeededGenerator(seed: seed)
        var points: [FaultPoint] = []
        for scenario in Scenario.allCases {
            var calls: [CallSite: Int] = [:]
            for _ in 0..<cleanRuns { calls.merge(try await PointRun.calls(scenario), uniquingKeysWith: max) }
            points += FaultPoint.all(scenario, calls)
        }
        points.shuffle(using: &generator)
        return points
    }

    /// Continues until all points are tried, the limit is reached, or the time is over.
    func run(_ state: LoopState, count: Int, until end: ContinuousClock.Instant) async throws -> LoopState {
        let progress = LoopProgress(state, count: count)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<jobs {
                group.addTask {
                    while ContinuousClock.now < end, let number = progress.next() {
                        let (isReached, troubles) = await Self.attempt(number, state)
                        progress.note(number, isReached: isReached, troubles.first)
                        if number % 100 == 99, let file { try? progress.state.write(to: file) }
                    }
                }
            }
        }
        if let file { try progress.state.write(to: file) }
        return progress.state
    }

    /// Tries one point and reports violations at once.
    static func attempt(_ number: Int, _ state: LoopState) async -> (isReached: Bool, troubles: [Trouble]) {
        let point = state.points[number]
        let outcome: (isReached: Bool, troubles: [Trouble])
        do {
            outcome = try await PointRun(point).run()
        } catch {
            outcome = (false, [Trouble(.ended, "no scratch directory: \(error)")])
        }
        for trouble in outcome.troubles {
            try? StandardStream.output.write("--only \(number) --seed \(state.seed): \(point)\n    \(trouble)\n")
        }
        return outcome
    }
}
