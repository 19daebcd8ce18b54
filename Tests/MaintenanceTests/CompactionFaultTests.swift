import Foundation
import Maintenance
import Platform
import Shards
import Synchronization
import SystemPackage
import TestSupport
import Testing

/// A compaction that fails, or whose process ends, at any system call.
@Suite("Compaction at any failing call")
struct CompactionFaultTests {
    /// What happens from a call on.
    enum Trouble: String, CaseIterable {
        /// That call fails alone.
        case failure
        /// It reports a failure after it succeeded, where it is a rename.
        case doubt
        /// No call does anything any more: what a killed process leaves.
        case death
    }

    /// Each test run makes only this share of all experiments, to stay short.
    private static let sampleCount = 60

    /// Lives a while, compacts under a plan, and returns how many calls there were.
    private func live(_ scratch: FilePath, _ decide: @escaping @Sendable (Int, SystemCall) -> FaultPlan.Effect) throws
        -> Int
    {
        try Directory.create(scratch)
        let index = try LivingIndex(in: scratch, seed: 21)
        for _ in 0..<6 { try index.put(index.draw(8, of: 30)) }
        let forgotten = Array(index.expected.keys.sorted().prefix(3))
        let words = forgotten.compactMap { index.expected[$0] }.map { "secret\($0.number)x0" }
        try index.forget(forgotten)
        let count = Mutex(0)
        let plan = FaultPlan(below: scratch) { site, _, _ in
            decide(
                count.withLock { count in
                    count += 1
                    return count
                }, site.call)
        }
        plan.arm()
        // Whether it throws is not the question.
        _ = try? MaintainedIndex(index.directory).compact(.purge, reserve: 0, claims: { [] }) { _ in }
        _ = try? MaintainedIndex(index.directory).compact(.full, reserve: 0, claims: { [] }) { _ in }
        plan.disarm()
        let calls = count.withLock { $0 }
        func check(_ step: String) throws {
            let faults = try index.faults()
            #expect(faults == [], "\(step)")
        }
        try check("after it")
        // The daemon goes on, with a store that knows nothing of it.
        try index.put(["new", "d1"])
        try check("after a commit")
        let maintained = try MaintainedIndex(index.directory)
        #expect(try maintained.compact(.full, reserve: 0, claims: { [] }) { _ in } == .content)
        #expect(try maintained.compact(.purge, reserve: 0, claims: { [] }) { _ in } == .content)
        try check("after another compaction")
        try index.garbage.collect(now: Date(), grace: -10)
        try check("after the garbage is gone")
        #expect(try index.files(holdingAnyOf: words) == [])
        let names = try OpenDirectory(index.directory).entries().map(\.name.string)
        #expect(names.filter { $0.hasSuffix(".zst") }.count == 1, "\(names)")
        return calls
    }

    @Test("loses nothing, brings nothing back and leaves nothing", arguments: Trouble.allCases)
    func anyCall(trouble: Trouble) throws {
        let scratch = try ScratchDirectory()
        let calls = try live(scratch.path.appending("clean")) { _, _ in .none }
        #expect(calls > 50)
        var generator = SeededGenerator(seed: .random(in: .min ... .max))
        for number in (1...calls).shuffled(using: &generator).prefix(Self.sampleCount) {
            do {
                _ = try live(scratch.path.appending("\(number)")) { call, kind in
                    switch trouble {
                    case .failure: call == number ? .fail(.ioError) : .none
                    case .doubt:
                        call == number && (kind == .rename || kind == .link) ? .failAfterwards(.ioError) : .none
                    case .death: call >= number ? .fail(.ioError) : .none
                    }
                }
            } catch {
                Issue.record("\(trouble) at call \(number), \(generator): \(error)")
            }
        }
    }
}
