import Foundation
import Platform
import SystemPackage
import TestSupport
import Testing

/// Every call that an index makes fails once, in the manner of SQLite's tests of input and output.
///
/// A clean run counts the places that make calls. Then the same run is made again and again, each time with another failure at
/// another place, and nothing may be lost, appear twice, or be written twice.
@Suite("A failing call")
struct FaultLoopTests {
    /// One failure to be tried.
    struct Experiment: CustomStringConvertible {
        let site: FaultPlan.Site
        let occurrence: Int
        let effect: FaultPlan.Effect

        var description: String { "\(effect) at \(site.call) \(site.number), time \(occurrence)" }

        /// All failures of the places that a clean run found; of each place the first three calls.
        static func all(_ counts: [FaultPlan.Site: Int]) -> [Experiment] {
            counts.sorted { $0.key < $1.key }.flatMap { site, count in
                (0..<min(count, 3)).flatMap { occurrence in
                    effects(of: site.call).map { Experiment(site: site, occurrence: occurrence, effect: $0) }
                }
            }
        }

        private static func effects(of call: SystemCall) -> [FaultPlan.Effect] {
            let failures: [FaultPlan.Effect] = [.ioError, .noSpace, .tooManyOpenFiles, .permissionDenied].map {
                .fail($0)
            }
            return switch call {
            case .rename: failures + [.failAfterwards(.ioError)]
            case .read, .write: failures + [.short]
            default: failures
            }
        }
    }

    /// So many of all experiments are made in one run of the tests, so that nobody waits for them.
    private static let sampleCount = 80

    @Test("loses nothing, doubles nothing, and is over when it is over")
    func anyCall() throws {
        let scratch = try ScratchDirectory()
        var generator = SeededGenerator(seed: .random(in: .min ... .max))
        let seed = "\(generator)"
        var remaining: [Experiment?] = [nil]
        var number = 0
        // The clean run is made here too: a place is known by its callers.
        while let experiment = remaining.popLast() {
            let directory = scratch.path.appending("\(number)").appending("index")
            let plan = FaultPlan(below: directory.removingLastComponent()) { site, occurrence, _ in
                guard let experiment, site == experiment.site, occurrence == experiment.occurrence else { return .none }
                return experiment.effect
            }
            let told = "\(experiment.map { "\($0)" } ?? "no failure"), \(seed)"
            do {
                var journey = try IndexJourney(directory, plan)
                try journey.run()
                #expect(journey.faults == [] || experiment != nil, "\(told)")
            } catch {
                Issue.record("\(told): \(error)")
            }
            if number == 0 {
                let all = Experiment.all(plan.callCounts).shuffled(using: &generator)
                #expect(
                    Set(all.map(\.site.call)).isSuperset(of: [.open, .write, .synchronize, .rename, .remove, .map]))
                remaining = Array(all.prefix(Self.sampleCount))
            }
            number += 1
        }
        #expect(number > Self.sampleCount)
    }
}
