import Foundation
import Ingest
import Platform
import Spool
import Synchronization
import SystemPackage
import TestSupport

/// A machine with one spool and one index on a simulated disk; the power can fail, and the process can die.
///
/// The daemon itself runs on to its end in a folder that nobody looks at any more. What counts is the folder that is made of
/// the disk as it was at the fatal moment.
final class Machine {
    /// How a run ends.
    enum End: Sendable {
        /// By itself, with the inbox drained.
        case whole
        /// At this call the process dies, or the power fails.
        case death(step: Int)
        case cut(step: Int, SimulatedDisk.Survival)
        /// From this call on so many calls fail, wherever they are.
        case errors(step: Int, times: Int, Errno)
    }

    private let scratch: FilePath
    private let count = StepCount()
    private var number = 0
    private var boot = 0
    private(set) var watch: DiskWatch
    /// The folder of the daemon.
    private(set) var root: FilePath
    let scenario: Scenario

    init(_ scenario: Scenario, below folder: FilePath) throws {
        self.scenario = scenario
        scratch = folder.appending("machine-\(UInt64.random(in: .min ... .max))")
        root = scratch.appending("0")
        try Directory.create(root)
        try scenario.prepare(root)
        // An installation has it from the beginning.
        try Directory.create(scenario.options(at: root).spool.requests)
        watch = try DiskWatch(root)
        startKernel()
    }

    deinit { try? Directory.removeTree(scratch) }

    /// A folder of the same file system beside that of the daemon.
    var staging: FilePath { scratch.appending("staging") }
    var options: IngestOptions {
        var options = scenario.options(at: root)
        options.emptySettle = .zero
        return options
    }

    private func startKernel() {
        boot += 1
        // The names of claims have the first four digits.
        let digits = String(boot % 0xFFFF, radix: 16)
        BootIdentifier.pretend(
            String(repeating: "0", count: 4 - digits.count) + digits + String(repeating: "a", count: 28))
    }

    /// Goes on with another disk.
    func restart(_ disk: SimulatedDisk, isCut: Bool) throws {
        let old = root
        number += 1
        root = scratch.appending("\(number)")
        try disk.write(to: root)
        watch = try DiskWatch(root)
        try Directory.removeTree(old)
        if isCut { startKernel() }
    }

    /// Lets the power fail while the daemon does not run.
    func cut(_ survival: SimulatedDisk.Survival, _ generator: inout SeededGenerator) throws {
        try restart(remains(of: watch.now(), survival, &generator), isCut: true)
    }

    /// What a power cut leaves of a disk.
    ///
    /// A request whose removal it undid is left out. The daemon spares what was dropped after a request was made, by the time that
    /// the file system gave the request; but files of a simulated disk are made anew, with new times.
    func remains(
        of disk: SimulatedDisk, _ survival: SimulatedDisk.Survival, _ generator: inout SeededGenerator
    ) -> SimulatedDisk {
        var remains = disk.cut(survival, &generator)
        var requests = options.spool.requests
        guard requests.removePrefix(root) else { return remains }
        remains.leaveOut(in: requests, whatIsNotOn: disk)
        return remains
    }

    /// Lets somebody do something without a daemon, which the disk sees.
    func watched<Result>(_ body: () throws -> Result) throws -> Result {
        let plan = FaultPlan(below: root, of: DiskWatch.calls) { [watch] site, _, path in
            watch.step(site.call, path, isKept: false)
            return .none
        }
        plan.arm()
        defer { plan.disarm() }
        return try body()
    }

    /// Starts the daemon, or does other work on its spool.
    ///
    /// - Parameters:
    ///   - end: how the run ends.
    ///   - generator: decides what a cut spares.
    ///   - meanwhile: is called before each call that changes something, with its number; it must not use Platform.
    ///   - work: what is done, with the configuration, and whether a start may fail.
    /// - Returns: whether it ended as wished: a run may have fewer calls than that.
    /// - Throws: `Trouble`.
    func run(
        _ end: End, _ generator: inout SeededGenerator, meanwhile: @escaping @Sendable (Int) -> Void = { _ in },
        _ work: (IngestOptions, Bool) async throws -> Void = Machine.drain
    ) async throws -> Bool {
        let (fatal, failures): (Int?, Range<Int>) =
            switch end {
            case .whole: (nil, 0..<0)
            case .death(let step): (step, 0..<0)
            case .cut(let step, _): (step, 0..<0)
            case .errors(let step, let times, _): (nil, step..<step + times)
            }
        let watch = watch
        let error: Errno? = if case .errors(_, _, let error) = end { error } else { nil }
        let plan = plan(until: fatal, meanwhile) { number in failures.contains(number) ? error : nil }
        plan.arm()
        do {
            try await work(options, error != nil)
        } catch let trouble as Trouble {
            plan.disarm()
            // The service manager starts it again.
            guard error != nil, trouble.sort == .ended else { throw trouble }
        }
        plan.disarm()
        if error != nil { return count.value >= failures.lowerBound }
        guard let moment = watch.moments.first else { return false }
        if case .cut(_, let survival) = end {
            try restart(remains(of: moment.disk, survival, &generator), isCut: true)
        } else {
            try restart(moment.disk, isCut: false)
        }
        return true
    }

    /// A daemon that ends with the inbox.
    static func drain(_ options: IngestOptions, isForgiving: Bool) async throws {
        try await DaemonRun.wholly(options, isForgiving: isForgiving)
    }

    /// The number of calls of the latest run that change something.
    var latestSteps: Int { count.value }

    /// Watches a run, one call at a time.
    private func plan(
        until fatal: Int?, _ meanwhile: @escaping @Sendable (Int) -> Void,
        failing: @escaping @Sendable (Int) -> Errno? = { _ in nil }
    ) -> FaultPlan {
        count.reset()
        return FaultPlan(below: root, of: DiskWatch.calls) { [watch, count] site, _, path in
            count.next { number in
                if let fatal, number > fatal { return .none }
                meanwhile(number)
                let failure = failing(number)
                watch.step(site.call, path, isFailing: failure != nil, isKept: fatal.map { $0 == number } ?? false)
                return failure.map { .fail($0) } ?? .none
            }
        }
    }

    /// Runs to the end and returns every moment on the way.
    func moments(
        _ work: (IngestOptions, Bool) async throws -> Void = Machine.drain
    ) async throws -> [DiskWatch.Moment] {
        let watch = watch
        let plan = FaultPlan(below: root, of: DiskWatch.calls) { site, _, path in
            watch.step(site.call, path, isKept: true)
            return .none
        }
        plan.arm()
        defer { plan.disarm() }
        try await work(options, false)
        return watch.moments
    }
}

/// Numbers calls, and lets one at a time be looked at.
private final class StepCount: Sendable {
    private let number = Mutex(0)

    var value: Int { number.withLock { $0 } }
    func reset() { number.withLock { $0 = 0 } }

    func next<Result>(_ body: (Int) -> Result) -> Result {
        number.withLock { number in
            number += 1
            return body(number)
        }
    }
}
