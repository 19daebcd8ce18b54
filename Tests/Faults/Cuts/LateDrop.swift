import Platform
import Synchronization
import SystemPackage
import TestSupport

/// A file that somebody drops while its path is being forgotten.
final class LateDrop: Sendable {
    let bytes: [UInt8]
    /// The call of the run before which it is dropped.
    let moment: Int
    private let path: FilePath
    /// The times right before and after the drop.
    private let times = Mutex<ClosedRange<Int64>?>(nil)

    /// How it stands to a wish.
    enum Order {
        case before, after, unknown
    }

    init(_ bytes: [UInt8], at path: FilePath, generator: inout SeededGenerator) {
        self.bytes = bytes
        self.path = path
        moment = Int.random(in: 1...25, using: &generator)
    }

    /// Drops it at its moment, unless a file waits there.
    func drop(at number: Int, in inbox: FilePath, by staging: FilePath, synchronize: () -> Void) {
        guard number == moment else { return }
        let before = RealTime.ofFiles.nanoseconds
        guard Producer.drop(path, bytes, in: inbox, by: staging, isReplacing: false) != nil else { return }
        times.withLock { $0 = before...RealTime.now.nanoseconds }
        synchronize()
    }

    /// Whether it was dropped before or after a wish was made; nil when it was not dropped.
    func order(to made: Int64?) -> Order? {
        times.withLock { $0 }.map { times in
            guard let made else { return .unknown }
            return times.lowerBound >= made ? .after : times.upperBound < made ? .before : .unknown
        }
    }
}
