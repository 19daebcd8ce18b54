import Foundation
import Platform
import SystemPackage

/// Runs machines on simulated disks, one after another: the kernel that they believe in is the process's.
struct Simulation {
    /// What a machine is for.
    enum Part: String, Sendable, CaseIterable {
        /// Power cuts at every step, on a simulated disk or on images of ext4.
        case cuts, image
        /// Random actions.
        case model
    }

    /// A file system in memory, where nothing waits for a disk.
    private static let memory: FilePath = "/dev/shm"

    /// Runs machines of a part until it is over, each with the next seed.
    ///
    /// - Parameters:
    ///   - part: the part.
    ///   - first: the seed of the first machine.
    ///   - count: how many machines.
    ///   - isOver: whether to end, asked before each machine and cut.
    ///   - totals: receives what was tried, after each machine.
    /// - Returns: the number of machines.
    /// - Throws: when no machine can be made.
    static func run(
        _ part: Part, from first: UInt64, count: Int, isOver: () -> Bool, _ totals: (Totals) -> Void
    ) async throws -> Int {
        let folder = FileStatus.exists(memory) ? memory : FilePath(NSTemporaryDirectory())
        var number = 0
        while number < count, !isOver() {
            let seed = first &+ UInt64(number)
            switch part {
            case .cuts: totals(try await cuts(seed, folder, isOver))
            case .image: totals(try await images(seed, folder, isOver))
            case .model: totals(try await model(seed, folder))
            }
            number += 1
        }
        BootIdentifier.pretend(nil)
        return number
    }

    private static func cuts(_ seed: UInt64, _ folder: FilePath, _ isOver: () -> Bool) async throws -> Totals {
        var run = CutRun(seed: seed, below: folder)
        var totals = Totals()
        do {
            try await run.run(isOver: isOver)
        } catch {
            totals.add(error as? Trouble ?? Trouble(.ended, "\(error)"))
            try tell(.cuts, seed, "\(error)")
        }
        totals.tried[.cut] = run.cuts
        for (moment, trouble) in run.troubles {
            totals.add(trouble)
            try tell(.cuts, seed, "\(moment)\n    \(trouble)")
        }
        return totals
    }

    private static func images(_ seed: UInt64, _ folder: FilePath, _ isOver: () -> Bool) async throws -> Totals {
        var run = ImageRun(seed: seed, below: folder)
        var totals = Totals()
        do {
            try await run.run(isOver: isOver)
        } catch {
            totals.add(error as? Trouble ?? Trouble(.ended, "\(error)"))
            try tell(.image, seed, "\(error)")
        }
        totals.tried[.imageCut] = run.cuts
        for (moment, trouble) in run.troubles {
            totals.add(trouble)
            try tell(.image, seed, "\(moment)\n    \(trouble)")
        }
        return totals
    }

    private static func model(_ seed: UInt64, _ folder: FilePath) async throws -> Totals {
        let run = try ModelRun(seed: seed, below: folder)
        var totals = Totals()
        let troubles = await run.run()
        totals.tried = run.counts
        for trouble in troubles { totals.add(trouble) }
        if !troubles.isEmpty {
            try tell(
                .model, seed,
                run.story.joined(separator: "\n    ") + "\n    "
                    + troubles.map(\.description).joined(separator: "\n    "))
        }
        return totals
    }

    private static func tell(_ part: Part, _ seed: UInt64, _ text: String) throws {
        try StandardStream.output.write("--again \(part.rawValue) --seed \(seed): \(text)\n")
    }
}
