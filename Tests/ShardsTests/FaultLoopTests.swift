import Foundation
import Platform
import Shards
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// Every system call of an index fails once, modelled on SQLite's I/O tests.
///
/// A clean run counts the call sites. The same run is then repeated with one failure at a time, each at another site,
/// and nothing may be lost, appear twice, or be written twice.
@Suite("A failing call")
struct FaultLoopTests {
    /// One failure to try.
    struct Experiment: CustomStringConvertible {
        let site: FaultPlan.Site
        let occurrence: Int
        let effect: FaultPlan.Effect

        var description: String { "\(effect) at \(site.call) \(site.number), time \(occurrence)" }

        /// All failures at the sites of a clean run, for the first three calls of each site.
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
            case .rename, .link: failures + [.failAfterwards(.ioError)]
            case .read, .write: failures + [.short]
            default: failures
            }
        }
    }

    /// Each test run makes only this share of all experiments, to stay short.
    private static let sampleCount = 80

    @Test(
        "loses nothing, duplicates nothing and has no lasting effect, with and without openat2 and renameat2",
        arguments: [[], LateSystemCall.allCases])
    func anyCall(missing: [LateSystemCall]) throws {
        let scratch = try ScratchDirectory()
        var generator = SeededGenerator(seed: .random(in: .min ... .max))
        let seed = "\(generator)"
        var remaining: [Experiment?] = [nil]
        var (number, metCount) = (0, 0)
        // The clean run happens here too, because a site is identified by its callers.
        while let experiment = remaining.popLast() {
            let directory = scratch.path.appending("\(number)").appending("index")
            let isMet = Mutex(false)
            let plan = FaultPlan(below: directory.removingLastComponent(), missing: missing) { site, occurrence, _ in
                guard let experiment, site == experiment.site, occurrence == experiment.occurrence else { return .none }
                isMet.withLock { $0 = true }
                return experiment.effect
            }
            let told = "\(experiment.map { "\($0)" } ?? "no failure"), \(seed), without \(missing)"
            do {
                var journey = try IndexJourney(directory, plan)
                try journey.run()
                #expect(journey.faults == [] || experiment != nil, "\(told)")
            } catch {
                Issue.record("\(told): \(error)")
            }
            if number == 0 {
                // Without renameat2 a link gives the name.
                #expect(plan.callCounts.keys.contains { $0.call == .link } == !missing.isEmpty)
                let all = Experiment.all(plan.callCounts).shuffled(using: &generator)
                #expect(
                    Set(all.map(\.site.call)).isSuperset(of: [.open, .write, .synchronize, .rename, .remove, .map]))
                remaining = Array(all.prefix(Self.sampleCount))
            }
            if isMet.withLock({ $0 }) { metCount += 1 }
            number += 1
        }
        #expect(number > Self.sampleCount)
        // A site that is not reached again would be tried in vain, and prove nothing.
        #expect(metCount * 10 >= Self.sampleCount * 9, "\(metCount) of \(Self.sampleCount) failures were met, \(seed)")
    }
}
