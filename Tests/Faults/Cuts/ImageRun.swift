import Ingest
import Platform
import Spool
import Synchronization
import SystemPackage
import TestSupport

/// Lets the power fail at every step of the daemon on a real ext4, of which the disk is an image: at each step the image is
/// copied, and the daemon starts on the copy.
struct ImageRun {
    private static let drops = 12

    let seed: UInt64
    /// Whether the producer has its files on the disk before the daemon sees them.
    var isSynced: Bool { seed.isMultiple(of: 2) }
    private let scratch: FilePath
    /// How many cuts were tried.
    private(set) var cuts = 0
    /// The violations, each with its moment.
    private(set) var troubles: [(moment: String, trouble: Trouble)] = []

    init(seed: UInt64, below folder: FilePath) {
        self.seed = seed
        scratch = folder.appending("images-\(UInt64.random(in: .min ... .max))")
    }

    /// Runs the daemon once, and once more on each copy, unless it is over before.
    mutating func run(isOver: () -> Bool) async throws {
        try Directory.create(scratch)
        defer { try? Directory.removeTree(scratch) }
        BootIdentifier.pretend(String(repeating: "1", count: 32))
        let image = try await LoopMount.make(scratch.appending("image"))
        let mount = try await LoopMount.mount(image, at: scratch.appending("mount"))
        let world: World
        let moments: [String]
        do {
            world = try drop(on: mount)
            moments = try await record(mount)
            try await mount.unmount()
        } catch {
            try? await mount.unmount()
            throw error
        }
        var generator = SeededGenerator(seed: seed)
        for (number, moment) in moments.enumerated().shuffled(using: &generator) {
            if isOver() { return }
            cuts += 1
            // Another run of the kernel each time, by the first four digits.
            BootIdentifier.pretend(String(number + 0x2000, radix: 16) + String(repeating: "a", count: 28))
            troubles += try await look(copy(number), world).map { ("before call \(number + 1), \(moment)", $0) }
        }
    }

    private func copy(_ number: Int) -> FilePath { scratch.appending("copy-\(number)") }

    private static func options(_ mount: LoopMount) -> IngestOptions {
        var options = Scenario.float32.options(at: mount.folder.appending("daemon"))
        options.emptySettle = .zero
        return options
    }

    private func drop(on mount: LoopMount) throws -> World {
        var world = World()
        var producer = Producer(seed: seed)
        try Scenario.float32.prepare(mount.folder.appending("daemon"))
        let inbox = Self.options(mount).spool.inbox
        try OpenDirectory(mount.folder).synchronizeFileSystem()
        for _ in 0..<Self.drops {
            let (path, bytes, isIgnored) = producer.next()
            guard let replaced = Producer.drop(path, bytes, in: inbox, by: mount.folder.appending("staging"))
            else { continue }
            if let replaced { world.overtake(path, replaced) }
            world.drop(World.Version(path: path, bytes: bytes, isSafe: isSynced), isIgnored: isIgnored)
        }
        if isSynced { try OpenDirectory(mount.folder).synchronizeFileSystem() }
        return world
    }

    /// Runs the daemon and copies the image before each call that changes something.
    private func record(_ mount: LoopMount) async throws -> [String] {
        let moments = Mutex<[String]>([])
        let root = mount.folder.appending("daemon")
        let plan = FaultPlan(below: root, of: DiskWatch.calls) { site, _, path in
            moments.withLock { moments in
                guard (try? mount.copy(to: copy(moments.count))) != nil else { return }
                moments.append("\(site.call) of \(path.lastComponent?.string ?? "")")
            }
            return .none
        }
        plan.arm()
        defer { plan.disarm() }
        try await DaemonRun.wholly(Self.options(mount), isForgiving: false)
        plan.disarm()
        return moments.withLock { $0 }
    }

    /// Starts the daemon on a copy and examines the result.
    private func look(_ image: FilePath, _ world: World) async throws -> [Trouble] {
        let mount = try await LoopMount.mount(image, at: scratch.appending("mount"))
        var troubles: [Trouble]
        do {
            for _ in 0..<2 { try await DaemonRun.wholly(Self.options(mount), isForgiving: false) }
            troubles = world.troubles(try WorldInspection(Self.options(mount)))
        } catch {
            troubles = [error as? Trouble ?? Trouble(.ended, "\(error)")]
        }
        try await mount.unmount()
        Directory.removeIfPresent(image)
        return troubles
    }
}
