import Foundation
import Platform
import SystemPackage

/// The state of a loop, its ordered points, the next one and the counts, which a file keeps between two runs.
struct LoopState: Codable, Sendable {
    /// The build in which the points were found; another build has other sites.
    let binary: String
    let seed: UInt64
    /// The points in the order of the trials.
    let points: [FaultPoint]
    var next = 0
    /// How many of the tried points were reached; the calls of the others did not happen in that run.
    var reached = 0
    var troubles: [Trouble.Sort: Int] = [:]
    /// What all runs have tried, those of other builds too.
    var totals = Totals()
    /// The seed of the next machine of each part.
    var nextSeeds: [String: UInt64] = [:]

    init(binary: String, seed: UInt64, points: [FaultPoint]) {
        self.binary = binary
        self.seed = seed
        self.points = points
    }

    /// The state in a file, of whatever build; nil when there is none.
    static func read(_ path: FilePath) -> LoopState? {
        (try? FileContents.read(path)).flatMap { try? JSONDecoder().decode(LoopState.self, from: Data($0)) }
    }

    /// Writes the state to the file.
    func write(to path: FilePath) throws {
        try AtomicFile.replaceVolatile(Array(JSONEncoder().encode(self)), at: path)
    }

    /// Identifies the running program.
    static func currentBinary() throws -> String {
        guard let path = CurrentProcess.executable else { return "?" }
        let status = try FileStatus.of(path)
        return "\(status.size)-\(status.modified)"
    }

    /// A line for each total of the points.
    var summary: String {
        var lines = ["points \(next) of \(points.count)", "reached \(reached)"]
        lines += Trouble.Sort.allCases.map { "\($0.rawValue) \(troubles[$0] ?? 0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whether enough was tried for a conclusion, without violations.
    ///
    /// Points that are not reached prove nothing. Not every site is reached again, because the order of threads varies.
    var isClean: Bool { reached > 0 && reached * 4 >= next * 3 && troubles.values.allSatisfy { $0 == 0 } }
}
