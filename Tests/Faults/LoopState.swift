import Foundation
import Platform
import SystemPackage

/// Where a loop stands: its points in their order, the next one, and what was counted; a file keeps it between two runs.
struct LoopState: Codable, Sendable {
    /// What the points were found in: another build has other places.
    let binary: String
    let seed: UInt64
    /// In the order in which they are tried.
    let points: [FaultPoint]
    var next = 0
    /// How many of those that were tried came to be: the others' calls were not made this time.
    var reached = 0
    var troubles: [Trouble.Sort: Int] = [:]

    /// The state that a file keeps; nil when there is none of this build and seed.
    static func read(_ path: FilePath, binary: String, seed: UInt64?) -> LoopState? {
        guard let bytes = try? FileContents.read(path),
            let state = try? JSONDecoder().decode(LoopState.self, from: Data(bytes)), state.binary == binary,
            seed == nil || state.seed == seed
        else { return nil }
        return state
    }

    /// Writes the state down.
    func write(to path: FilePath) throws {
        try AtomicFile.replaceVolatile(Array(JSONEncoder().encode(self)), at: path)
    }

    /// Names the program that runs.
    static func currentBinary() throws -> String {
        guard let path = CurrentProcess.executable else { return "?" }
        let status = try FileStatus.of(path)
        return "\(status.size)-\(status.modified)"
    }

    /// A line for each total.
    var summary: String {
        var lines = ["points \(next) of \(points.count)", "reached \(reached)"]
        lines += Trouble.Sort.allCases.map { "\($0.rawValue) \(troubles[$0] ?? 0)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Whether enough was tried to say anything, and nothing went wrong that must not.
    ///
    /// Points that are not reached prove nothing. Not every place is come to again, because threads overtake one another.
    var isClean: Bool { reached > 0 && reached * 4 >= next * 3 && troubles.values.allSatisfy { $0 == 0 } }
}
