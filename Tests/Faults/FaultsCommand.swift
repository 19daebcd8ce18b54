import ArgumentParser
import Foundation
import Platform
import SystemPackage

/// Makes every system call on a file's way fail, modelled on SQLite's I/O tests.
@main
struct FaultsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vectorspool-faults",
        abstract: "Make each system call on the way from the inbox to done/ fail, and check that nothing is lost.",
        discussion: """
            A clean run finds the places that make calls. Each of them then fails in each way, one after another, in an
            order that follows from the seed. Exit codes: 0 success, 1 a violation, or too few points were reached.
            """)

    @Option(help: "End after this many minutes.") var minutes: Double = 20
    @Option(help: "End after this many points.") var points = Int.max
    @Option(help: "The seed of the order of the points; random by default.") var seed: UInt64?
    @Option(help: "The file with the state, from which a later run of the same build continues.") var state: String?
    @Option(help: "Try only this point, by the number in a failure.") var only: Int?
    @Option(help: "The number of points to try at a time.") var jobs = 2
    @Option(help: .private) var child: String?
    @Option(help: .private) var folder: String?

    func run() async throws {
        if let child, let folder {
            return try await PointRun.runChild(
                JSONDecoder().decode(FaultPoint.self, from: Data(child.utf8)), in: FilePath(folder))
        }
        let loop = FaultLoop(seed: seed, file: state.map { FilePath($0) }, jobs: max(jobs, 1))
        let start = try await loop.begin()
        if let only {
            guard start.points.indices.contains(only) else { throw ValidationError("There is no point \(only).") }
            try StandardStream.output.write("\(start.points[only])\n")
            let (isReached, troubles) = await FaultLoop.attempt(only, start)
            try StandardStream.output.write(isReached ? "reached\n" : "not reached\n")
            throw troubles.isEmpty ? ExitCode.success : ExitCode.failure
        }
        try StandardStream.output.write("seed \(start.seed), from point \(start.next) of \(start.points.count)\n")
        let end = try await loop.run(start, count: points, until: .now + .seconds(minutes * 60))
        try StandardStream.output.write(end.summary)
        throw end.isClean ? ExitCode.success : ExitCode.failure
    }
}
