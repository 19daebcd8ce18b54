import Platform
import SystemPackage
import TestSupport

/// One fault in one run of a file's way: the call, the number of earlier calls, and the kind of failure.
struct FaultPoint: Codable, Sendable, Hashable, CustomStringConvertible {
    /// The kind of failure.
    enum Effect: Codable, Sendable, Hashable {
        /// It fails this many times with this error number.
        case fail(errno: Int32, times: Int)
        /// It fails, and so do the next calls anywhere: a device is briefly gone, or all descriptors are used.
        case burst(errno: Int32)
        /// It does its work and reports an error.
        case failAfterwards(errno: Int32)
        /// It moves half of the bytes.
        case short
        /// The process ends there.
        case exit
        /// Likewise, and the next starts end too, each before the call of this number; versions are dropped between.
        case exits(next: [Int])
        /// The process ends before the call of this number, whatever it is.
        case exitAtCall(Int)
    }

    let scenario: Scenario
    let site: CallSite
    /// The number of calls from the site before the fault.
    let occurrence: Int
    let effect: Effect

    /// The effect on a call with this number of earlier calls from the site.
    func effect(at occurrence: Int) -> FaultPlan.Effect {
        switch effect {
        case .fail(let error, let times):
            (self.occurrence..<self.occurrence + times).contains(occurrence) ? .fail(Errno(rawValue: error)) : .none
        case .burst(let error): occurrence == self.occurrence ? .fail(Errno(rawValue: error)) : .none
        case .failAfterwards(let error):
            occurrence == self.occurrence ? .failAfterwards(Errno(rawValue: error)) : .none
        case .short: occurrence == self.occurrence ? .short : .none
        case .exit, .exits: occurrence == self.occurrence ? .exit : .none
        case .exitAtCall: .none
        }
    }

    /// The error number, if any.
    var error: Errno? {
        switch effect {
        case .fail(let error, _), .burst(let error), .failAfterwards(let error): Errno(rawValue: error)
        case .short, .exit, .exits, .exitAtCall: nil
        }
    }

    /// Whether the process ends.
    var isDeath: Bool {
        switch effect {
        case .exit, .exits, .exitAtCall: true
        case .fail, .burst, .failAfterwards, .short: false
        }
    }

    /// The number of failing calls.
    var times: Int {
        switch effect {
        case .fail(_, let times): times
        case .burst: Self.burstLength
        case .failAfterwards, .short, .exit, .exits, .exitAtCall: 1
        }
    }

    /// Whether a file may be blamed: a device that reports errors again and again may have a bad sector under this one.
    var mayBlame: Bool { times >= 4 && (error == .ioError || error == .permissionDenied) }

    /// The number of calls that fail in a burst.
    static let burstLength = 5

    var description: String {
        let what: String =
            switch effect {
            case .fail(let error, let times): "fails \(times) times: \(Errno(rawValue: error))"
            case .burst(let error): "and the next of any kind fail: \(Errno(rawValue: error))"
            case .failAfterwards(let error): "does its work and fails: \(Errno(rawValue: error))"
            case .short: "moves half"
            case .exit: "ends the process"
            case .exits(let next):
                "ends the process, and the next starts end at call \(next.map(String.init).joined(separator: " and "))"
            case .exitAtCall(let number): "ends the process at call \(number)"
            }
        return "\(scenario.rawValue): \(site), call \(occurrence + 1), \(what)"
    }

    /// All faults at the sites of a clean run: at the first three calls and the last one of each.
    static func all(_ scenario: Scenario, _ calls: [CallSite: Int]) -> [FaultPoint] {
        calls.sorted { $0.key < $1.key }.flatMap { site, count in
            Set([0, 1, 2, count - 1]).filter { $0 < count }.sorted().flatMap { occurrence in
                (effects(of: site.call) + (scenario == .changing ? [] : exits(site, occurrence))).map {
                    FaultPoint(scenario: scenario, site: site, occurrence: occurrence, effect: $0)
                }
            }
        }
    }

    private static let errors: [Errno] = [
        .ioError, .noSpace, .diskQuotaExceeded, .tooManyOpenFiles, .noMemory, .permissionDenied,
    ]

    /// Two and three deaths in a row; the latter ones anywhere in a short run.
    ///
    /// A thread of the changing scenario may be about to note a change when another one ends the process.
    private static func exits(_ site: CallSite, _ occurrence: Int) -> [Effect] {
        var generator = SeededGenerator(seed: site.number &+ UInt64(occurrence))
        return [1, 2].map { count in .exits(next: (0..<count).map { _ in Int.random(in: 1...400, using: &generator) }) }
    }

    private static func effects(of call: SystemCall) -> [Effect] {
        let common: [Effect] = errors.flatMap { error in
            [1, 5].map { Effect.fail(errno: error.rawValue, times: $0) }
        }
        let bursts = [Errno.ioError, .noSpace, .tooManyOpenFiles].map { Effect.burst(errno: $0.rawValue) }
        let own: [Effect] =
            switch call {
            case .rename, .remove, .makeDirectory: [.failAfterwards(errno: Errno.ioError.rawValue)]
            case .read, .write: [.short]
            default: []
            }
        return common + bursts + own + [.exit]
    }
}

/// A call site in the form that is stored between two runs of one binary.
struct CallSite: Codable, Sendable, Hashable, Comparable, CustomStringConvertible {
    let call: SystemCall
    let number: UInt64
    /// The file of its first call, below the scratch directory, without the parts that differ between runs.
    let path: String

    var description: String { "\(call) of \(path) at \(String(number, radix: 16))" }

    /// A path without the parts that differ between two runs: claims, shards, temporary names.
    static func general(_ path: FilePath) -> String {
        path.string.split(separator: "/").map { name in
            let isTemporary = name.hasSuffix(".tmp")
            let digits = name.count { $0.isNumber }
            guard isTemporary || digits > 8 else { return String(name) }
            return isTemporary ? "(temporary)" : "(\(name.suffix(12)))"
        }.joined(separator: "/")
    }

    static func < (left: CallSite, right: CallSite) -> Bool {
        (left.call.rawValue, left.number) < (right.call.rawValue, right.number)
    }

    static func == (left: CallSite, right: CallSite) -> Bool {
        left.call == right.call && left.number == right.number
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(call)
        hasher.combine(number)
    }
}

extension SystemCall: Codable {}
