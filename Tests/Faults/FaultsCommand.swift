import ArgumentParser
import Foundation
import Platform
import Synchronization
import SystemPackage

/// Makes every system call on a file's way fail and the power too, modelled on SQLite's I/O tests.
@main
struct FaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectorspool-faults",
        abstract:
            "Make each system call on the way from the inbox to done/ fail, and the power, and check that nothing is lost.",
        discussion: """
            The parts, one after another: `points` lets each place that makes a call in a clean run fail in each way, or end the \
            process; `cuts` lets the power fail at each step on a simulated disk that drops what was not synced; `image` does \
            so on images of a real ext4; `model` lets producers, operators and the daemon act at random on the simulated disk. \
            The order follows from the seed, and a state file adds up all runs. Exit codes: 0 success, 1 a violation, or too \
            few points were reached.
            """)

    /// A part of the work.
    enum Part: String, CaseIterable, ExpressibleByArgument {
        case points, cuts, image, model

        /// Its share of the time.
        var share: Double {
            switch self {
            case .points: 0.5
            case .cuts: 0.2
            case .image: 0.1
            case .model: 0.2
            }
        }
    }

    @Option(help: "End after this many minutes.") var minutes: Double = 20
    @Option(help: "Only this part.") var part: Part?
    @Option(help: "End the points after this many.") var points = Int.max
    @Option(help: "End each other part after this many machines.") var machines = Int.max
    @Option(help: "End the cuts of each part after this many.") var cuts = Int.max
    @Option(help: "The seed; random by default, or that of the state.") var seed: UInt64?
    @Option(help: "The file with the state, from which a later run continues.") var state: String?
    @Option(help: "Try only this point, by the number in a failure.") var only: Int?
    @Option(help: "Run one machine of this part again, by the seed in a failure.") var again: Part?
    @Option(help: "The number of points to try at a time.") var jobs = 2
    @Flag(help: "Let the simulated disk forget what was synchronized; violations have to be found then.") var lying =
        false
    @Option(help: .private) var child: String?
    @Option(help: .private) var folder: String?

    func run() async throws {
        if let child, let folder {
            return try await PointRun.runChild(
                JSONDecoder().decode(FaultPoint.self, from: Data(child.utf8)), in: FilePath(folder))
        }
        DiskWatch.isLying.store(lying, ordering: .relaxed)
        let loop = FaultLoop(seed: seed, file: state.map { FilePath($0) }, jobs: max(jobs, 1))
        if let again {
            var found = Totals()
            _ = try await run(again, from: seed ?? 0, count: 1, isOver: { false }) { found.add($0) }
            try StandardStream.output.write(found.summary)
            throw found.isClean ? ExitCode.success : ExitCode.failure
        }
        var state = try await loop.begin(isWithPoints: part == nil || part == .points)
        if let only {
            guard state.points.indices.contains(only) else { throw ValidationError("There is no point \(only).") }
            try StandardStream.output.write("\(state.points[only])\n")
            let (isReached, troubles) = await FaultLoop.attempt(only, state)
            try StandardStream.output.write(isReached ? "reached\n" : "not reached\n")
            throw troubles.isEmpty ? ExitCode.success : ExitCode.failure
        }
        let isClean = try await run(loop, &state)
        throw isClean ? ExitCode.success : ExitCode.failure
    }

    /// Runs the parts and tells what they found; returns whether that is nothing.
    private func run(_ loop: FaultLoop, _ state: inout LoopState) async throws -> Bool {
        var found = Totals()
        for part in part.map({ [$0] }) ?? Part.allCases {
            let time = Duration.seconds(minutes * 60 * (self.part == nil ? part.share : 1))
            let end = ContinuousClock.now + time
            guard part == .points else {
                let first = seed ?? state.nextSeeds[part.rawValue] ?? state.seed
                try StandardStream.output.write("\(part.rawValue) from seed \(first)\n")
                // Asked before each machine and cut.
                var begun = 0
                func isOver() -> Bool {
                    begun += 1
                    return begun > cuts || ContinuousClock.now >= end
                }
                let count = try await run(part, from: first, count: machines, isOver: isOver) {
                    found.add($0)
                    state.totals.add($0)
                }
                state.nextSeeds[part.rawValue] = first &+ UInt64(count)
                if let file = loop.file { try state.write(to: file) }
                continue
            }
            try StandardStream.output.write("seed \(state.seed), from point \(state.next) of \(state.points.count)\n")
            state = try await loop.run(state, count: points, until: end)
            try StandardStream.output.write(state.summary)
        }
        if self.part != .points { try StandardStream.output.write("this run: \(found.summary)") }
        if loop.file != nil { try StandardStream.output.write("all runs: \(state.totals.summary)") }
        return found.isClean && (self.part != nil && self.part != .points || state.isClean)
    }

    /// Runs machines of a part; returns how many.
    private func run(
        _ part: Part, from first: UInt64, count: Int, isOver: () -> Bool, _ totals: (Totals) -> Void
    ) async throws -> Int {
        switch part {
        case .points: return 0
        case .cuts: return try await Simulation.run(.cuts, from: first, count: count, isOver: isOver, totals)
        case .model: return try await Simulation.run(.model, from: first, count: count, isOver: isOver, totals)
        case .image:
            if let reason = await LoopMount.obstacle {
                try StandardStream.output.write("image: skipped, because \(reason)\n")
                return 0
            }
            return try await Simulation.run(.image, from: first, count: count, isOver: isOver, totals)
        }
    }
}
