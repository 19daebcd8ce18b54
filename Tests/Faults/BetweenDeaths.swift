import Platform
import Synchronization
import SystemPackage

/// Drops versions of one file while no daemon runs.
final class BetweenDeaths: Sendable {
    private static let path: FilePath = "sub/between.txt"

    private let dropped = Mutex<[Disturbance.Version]>([])

    /// The versions that the daemon has to take: one that another replaced in the inbox is gone.
    var versions: [Disturbance.Version] { dropped.withLock { $0 } }

    /// Drops the next version.
    func drop(into inbox: FilePath, by staging: FilePath) {
        dropped.withLock { dropped in
            let bytes = Array("between deaths \(dropped.count + 1)".utf8)
            guard let replaced = Producer.drop(Self.path, bytes, in: inbox, by: staging) else { return }
            if replaced != nil { dropped.removeLast() }
            dropped.append(Disturbance.Version(path: Self.path, bytes: bytes, isReplacing: false))
        }
    }
}
