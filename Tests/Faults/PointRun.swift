import Foundation
import Ingest
import Platform
import Spool
import Subprocess
import Synchronization
import SystemPackage
import TestSupport

/// Tries one point in a separate scratch directory.
struct PointRun: Sendable {
    let point: FaultPoint
    private let scratch: ScratchDirectory
    private let hits = Hits()
    private let disturbance: Disturbance?
    private let between = BetweenDeaths()

    private var root: FilePath { scratch.path.appending("daemon") }
    private var staging: FilePath { scratch.path.appending("staging") }
    private var marker: FilePath { scratch.path.appending("stage") }

    init(_ point: FaultPoint) throws {
        self.point = point
        scratch = try ScratchDirectory()
        disturbance = try Self.disturbance(of: point.scenario, in: scratch.path)
        try Directory.create(staging)
        try point.scenario.prepare(root)
    }

    private static func disturbance(of scenario: Scenario, in folder: FilePath) throws -> Disturbance? {
        guard scenario == .changing else { return nil }
        let marks = folder.appending("marks")
        try Directory.create(marks)
        return Disturbance(root: folder.appending("daemon"), marks: marks)
    }

    /// Runs the point; returns whether it was reached, and the violations.
    func run() async -> (isReached: Bool, troubles: [Trouble]) {
        do {
            if point.isDeath {
                try await die()
            } else {
                try await journey(Self.plan(point, below: root, hits: hits, disturbance: disturbance)).run()
            }
            try await journey(nil).recover()
        } catch let trouble as Trouble {
            return (hits.count > 0, [trouble])
        } catch {
            return (hits.count > 0, [Trouble(.ended, "\(error)")])
        }
        return (hits.count > 0, inspection(point).troubles())
    }

    private func inspection(_ point: FaultPoint?) -> Inspection {
        // Read from the marks, because the change may have been made in a process that ended.
        let disturbance = try? Self.disturbance(of: self.point.scenario, in: scratch.path)
        return Inspection(
            scenario: self.point.scenario, root: root, point: point,
            later: (disturbance?.versions ?? []) + between.versions)
    }

    private func journey(_ plan: FaultPlan?) -> Journey {
        Journey(
            scenario: point.scenario, root: root, staging: staging, plan: plan,
            mayBlock: point.error == .permissionDenied)
    }

    private static func plan(
        _ point: FaultPoint, below root: FilePath, hits: Hits, disturbance: Disturbance?
    ) -> FaultPlan {
        var isBurst = false
        if case .burst = point.effect { isBurst = true }
        let isClosed = point.scenario == .left
        var calls: Set<SystemCall> = isBurst ? Set(SystemCall.allCases) : [point.site.call]
        if disturbance != nil { calls.formUnion(Disturbance.calls) }
        if case .exitAtCall(let last) = point.effect {
            return FaultPlan(below: root) { site, _, path in
                disturbance?.act(site.call, path)
                hits.note()
                if hits.count == last {
                    disturbance?.end()
                    return .exit
                }
                return isClosed && ClosedFolder.refuses(site.call, path, below: root) ? .fail(.permissionDenied) : .none
            }
        }
        return FaultPlan(below: root, of: calls) { [isBurst] site, occurrence, path in
            disturbance?.act(site.call, path)
            if isBurst, let error = point.error, (1..<FaultPoint.burstLength).contains(hits.count) {
                hits.note()
                return .fail(error)
            }
            let isPoint = site.number == point.site.number && site.call == point.site.call
            let effect = isPoint ? point.effect(at: occurrence) : .none
            if effect != .none { hits.note() }
            if effect == .exit { disturbance?.end() }
            // What is refused anyway does not succeed because a fault is due there.
            let isFailure = if case .fail = effect { true } else { effect == .exit }
            guard isClosed, !isFailure, ClosedFolder.refuses(site.call, path, below: root) else { return effect }
            return .fail(.permissionDenied)
        }
    }

    // MARK: - Death

    /// Lets a child run into the point, further ones into theirs, and continues where the last one ended.
    private func die() async throws {
        guard try await dies(at: point) else { return }
        hits.note()
        if case .exits(let next) = point.effect {
            for number in next {
                between.drop(into: point.scenario.options(at: root).spool.inbox, by: staging.appending("between"))
                let next = FaultPoint(
                    scenario: point.scenario, site: point.site, occurrence: 0, effect: .exitAtCall(number))
                // It had fewer calls, and has drained the inbox then.
                guard try await dies(at: next) else { return }
            }
        }
        let stage = Int(String(decoding: try FileContents.read(marker), as: UTF8.self)) ?? 0
        try await journey(nil).run(from: stage, isDropped: true)
    }

    /// Whether a child ends at a point.
    private func dies(at point: FaultPoint) async throws -> Bool {
        guard let executable = CurrentProcess.executable else { return false }
        let text = String(decoding: try JSONEncoder().encode(point), as: UTF8.self)
        let result = try await Subprocess.run(
            .path(executable), arguments: ["--child", text, "--folder", scratch.path.string], output: .discarded,
            error: .string(limit: 1 << 16))
        switch result.terminationStatus {
        case .exited(FaultPlan.exitCode): return true
        case .exited(0): return false
        default: throw Trouble(.ended, "the child: \(result.terminationStatus) \(result.standardError)")
        }
    }

    /// The work of the child.
    static func runChild(_ point: FaultPoint, in folder: FilePath) async throws {
        let root = folder.appending("daemon")
        let journey = Journey(
            scenario: point.scenario, root: root, staging: folder.appending("staging"),
            plan: plan(point, below: root, hits: Hits(), disturbance: try disturbance(of: point.scenario, in: folder)),
            mayBlock: true)
        let marker = folder.appending("stage")
        let stage = (try? FileContents.read(marker)).flatMap { Int(String(decoding: $0, as: UTF8.self)) }
        try await journey.run(from: stage ?? 0, isDropped: stage != nil) { stage in
            try AtomicFile.replaceVolatile(Array("\(stage)".utf8), at: marker)
        }
    }

    /// Counts the calls of a clean run, with the site of each.
    static func calls(_ scenario: Scenario) async throws -> [CallSite: Int] {
        let run = try PointRun(
            FaultPoint(
                scenario: scenario, site: CallSite(call: .open, number: 0, path: ""), occurrence: 0, effect: .short))
        let paths = Mutex<[FaultPlan.Site: String]>([:])
        let root = run.root
        let disturbance = run.disturbance
        let plan = FaultPlan(below: root) { site, _, path in
            disturbance?.act(site.call, path)
            var place = path
            _ = place.removePrefix(root)
            paths.withLock { $0[site] = $0[site] ?? CallSite.general(place) }
            let isRefused = scenario == .left && ClosedFolder.refuses(site.call, path, below: root)
            return isRefused ? .fail(.permissionDenied) : .none
        }
        try await run.journey(plan).run()
        try await run.journey(nil).recover()
        if let trouble = run.inspection(nil).troubles().first { throw trouble }
        if let disturbance, !disturbance.isComplete {
            throw Trouble(.ended, "files were to be changed on their way, and not all were")
        }
        let known = paths.withLock { $0 }
        return Dictionary(
            plan.callCounts.map {
                (CallSite(call: $0.key.call, number: $0.key.number, path: known[$0.key] ?? "?"), $0.value)
            },
            uniquingKeysWith: max)
    }
}

/// How often a plan has made a call fail.
final class Hits: Sendable {
    private let value = Atomic(0)

    func note() { value.add(1, ordering: .relaxed) }
    var count: Int { value.load(ordering: .relaxed) }
}
