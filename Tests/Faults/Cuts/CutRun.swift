import Ingest
import Platform
import Spool
import SystemPackage
import TestSupport

/// Lets the power fail at every step of the daemon over a set of drops, and sees what the next start makes of each.
struct CutRun {
    /// How many files are dropped before each of the rounds; later rounds have new versions of the first one's.
    ///
    /// In the last one a document is forgotten, while they wait.
    private static let drops = [9, 7, 5]
    /// What each cut spares, beside a first try with nothing and one with everything.
    private static let variants: [SimulatedDisk.Survival] = [.nothing, .everything, .some, .some]

    let seed: UInt64
    /// Whether the producer has its files on the disk before the daemon sees them.
    var isSynced: Bool { seed.isMultiple(of: 2) }
    let folder: FilePath
    /// How many cuts were tried.
    private(set) var cuts = 0
    /// The violations, each with its moment.
    private(set) var troubles: [(moment: String, trouble: Trouble)] = []

    init(seed: UInt64, below folder: FilePath) {
        self.seed = seed
        self.folder = folder
    }

    /// Runs all rounds, unless it is over before.
    mutating func run(isOver: () -> Bool) async throws {
        let machine = try Machine(.float32, below: folder)
        var producer = Producer(seed: seed)
        var generator = SeededGenerator(seed: seed)
        var world = World()
        for (round, count) in Self.drops.enumerated() {
            for _ in 0..<count { drop(&producer, on: machine, &world) }
            // In the last round versions of it wait.
            let isForgetting = round == Self.drops.count - 1
            let forgotten = isForgetting ? producer.earlier() : nil
            let work: (IngestOptions, Bool) async throws -> Void =
                if let forgotten {
                    { try await PersonsRequest.forgetUnattended(forgotten).work($0, $1) }
                } else {
                    Machine.drain
                }
            let moments = try await machine.moments(work)
            var cutShort = world
            if let forgotten { cutShort.forget(forgotten, .doubtful) }
            let end = try machine.watch.now()
            // A short run ends before the last round, so every third machine has cuts in that one alone.
            let isExamined = isForgetting || !seed.isMultiple(of: 3)
            for (number, moment) in (isExamined ? Array(moments.enumerated()) : []).shuffled(using: &generator) {
                for (variant, survival) in Self.variants.enumerated() {
                    if isOver() { return }
                    var chance = SeededGenerator(seed: seed &+ UInt64(number * 10 + variant))
                    try machine.restart(machine.remains(of: moment.disk, survival, &chance), isCut: true)
                    let place =
                        "round \(round + 1), before call \(number + 1), \(moment.call) of \(moment.path.lastComponent?.string ?? ""): "
                        + "\(survival.rawValue) survives"
                    cuts += 1
                    troubles += await Self.look(machine, cutShort).map { (place, $0) }
                }
            }
            try machine.restart(end, isCut: false)
            if let forgotten { world.forget(forgotten, .certain) }
            troubles += await Self.look(machine, world).map { ("after round \(round + 1)", $0) }
            world.settle(try WorldInspection(machine.options))
        }
    }

    private func drop(_ producer: inout Producer, on machine: Machine, _ world: inout World) {
        let (path, bytes, isIgnored) = producer.next()
        let inbox = machine.options.spool.inbox
        guard let replaced = Producer.drop(path, bytes, in: inbox, by: machine.staging) else { return }
        if isSynced { try? machine.watch.synchronize(inbox.pushing(path)) }
        if let replaced { world.overtake(path, replaced) }
        world.drop(World.Version(path: path, bytes: bytes, isSafe: isSynced), isIgnored: isIgnored)
    }

    /// Starts the daemon on what a cut left and examines the result.
    private static func look(_ machine: Machine, _ world: World) async -> [Trouble] {
        var generator = SeededGenerator(seed: 0)
        do {
            _ = try await machine.run(.whole, &generator)
            _ = try await machine.run(.whole, &generator)
            return world.troubles(try WorldInspection(machine.options))
        } catch let trouble as Trouble {
            return [trouble]
        } catch {
            return [Trouble(.ended, "\(error)")]
        }
    }
}
