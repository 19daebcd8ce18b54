import Platform
import Synchronization

/// The name of a claim: when a file was claimed, in which run of the kernel, and how large it was.
///
/// `<13 digits time><8 digits random>.<4 digits boot>.<size>`, in base 36 and lower case. Names sort by time. The name
/// contains everything that recovery needs, because the journal replays a name together with the rename that made it,
/// but not the contents of a file.
package struct ClaimName: Sendable, Hashable {
    /// When the file was claimed, in nanoseconds since 1970.
    package let time: Int64
    /// Distinguishes names of the same moment.
    package let random: UInt64
    /// The first digits of the kernel's boot id.
    package let boot: String
    /// The size of the file in bytes when it was claimed.
    package let size: Int

    package init(time: Int64, random: UInt64, boot: String, size: Int) {
        self.time = max(time, 0)
        self.random = random % Self.randomLimit
        self.boot = boot
        self.size = max(size, 0)
    }

    /// Makes a name for a file that is being claimed now; it is later than every name that this process made or saw.
    package static func fresh(size: Int) -> ClaimName {
        let now = RealTime.now.nanoseconds
        let time = latest.withLock { latest in
            latest = max(now, latest + 1)
            return latest
        }
        return ClaimName(time: time, random: .random(in: 0..<randomLimit), boot: currentBoot, size: size)
    }

    /// Registers a name from an earlier run, because the clock may have been set back since.
    package func observe() { Self.observe(time: time) }

    /// Registers a time that later names have to follow.
    package static func observe(time: Int64) {
        latest.withLock { $0 = max($0, min(time, latestObserved)) }
    }

    /// Parses a name; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].utf8.count == 21, parts[1].utf8.count == 4,
            let time = Int64(parts[0].prefix(13), radix: 36), let random = UInt64(parts[0].dropFirst(13), radix: 36),
            let size = Int(parts[2], radix: 36), time >= 0, size >= 0
        else { return nil }
        self.init(time: time, random: random, boot: String(parts[1]), size: size)
        // Only one spelling is valid: no signs, capitals or leading zeros.
        guard self.text == text else { return nil }
    }

    /// Whether the claim was made since the machine started, so no power cut can have followed it.
    package var isOfThisBoot: Bool { boot == Self.currentBoot }

    /// The name in `work/`, where it precedes the name of the file or is a directory.
    package var text: String {
        Self.padded(String(time, radix: 36), to: 13) + Self.padded(String(random, radix: 36), to: 8)
            + ".\(boot).\(String(size, radix: 36))"
    }

    private static let latest = Mutex<Int64>(0)
    // The year 2200: a forged name must leave room for the names after it.
    private static let latestObserved: Int64 = 7_258_118_400_000_000_000
    // 36 to the power of 8.
    private static let randomLimit: UInt64 = 2_821_109_907_456
    private static var currentBoot: String { String(BootIdentifier.current.prefix(4)) }

    private static func padded(_ digits: String, to count: Int) -> String {
        String(repeating: "0", count: max(count - digits.utf8.count, 0)) + digits
    }
}
