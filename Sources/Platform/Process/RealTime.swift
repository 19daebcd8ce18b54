import Glibc
import Synchronization
import SystemPackage

/// The wall clock, for names and records; never for waiting, because it jumps.
package struct RealTime: Sendable, Hashable, Comparable {
    /// Nanoseconds since 1970, UTC.
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// The time now.
    package static var now: RealTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return RealTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// The time that file systems stamp changes with: it moves on every few milliseconds.
    package static var ofFiles: RealTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME_COARSE, &time)
        return RealTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Waits, some milliseconds at most, until the clock of files has moved on; blocks.
    ///
    /// - Returns: that time: what changed before the call has an earlier one, and what changes after it this or a later one.
    @discardableResult
    package static func passTickOfFiles() -> RealTime {
        // Some file systems stamp with the exact time now and then, which the other clock has to pass too.
        let began = now
        var tick = ofFiles
        while tick <= began {
            usleep(500)
            tick = ofFiles
        }
        return tick
    }

    /// When the machine was started, by the clock as it is now.
    package static var ofBoot: RealTime {
        var time = timespec()
        unsafe clock_gettime(CLOCK_BOOTTIME, &time)
        return RealTime(
            nanoseconds: now.nanoseconds - Int64(time.tv_sec) * 1_000_000_000 - Int64(time.tv_nsec))
    }

    /// The UTC day, such as `2026-11-23`.
    package var day: String {
        let (year, month, day) = civil
        return "\(year)-\(Self.two(month))-\(Self.two(day))"
    }

    /// Whether a name has the form of a day: four digits, two, two.
    package static func isDay(_ name: [UInt8]) -> Bool {
        name.count == 10
            && name.enumerated().allSatisfy { place, byte in
                place == 4 || place == 7 ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte)
            }
    }

    /// The moment so many days before; the earliest where there is none.
    package func before(days: Int) -> RealTime {
        let (age, overflow) = Int64(days).multipliedReportingOverflow(by: Self.nanosecondsOfDay)
        return RealTime(nanoseconds: overflow ? .min : nanoseconds - age)
    }

    /// The length of a day.
    package static let nanosecondsOfDay: Int64 = 86_400_000_000_000

    /// The UTC second in RFC 3339 form: `2026-11-23T08:05:09Z`.
    package var timestamp: String {
        let second = Int((nanoseconds / 1_000_000_000) - dayNumber * 86_400)
        return "\(day)T\(Self.two(second / 3600)):\(Self.two(second / 60 % 60)):\(Self.two(second % 60))Z"
    }

    package static func < (left: RealTime, right: RealTime) -> Bool { left.nanoseconds < right.nanoseconds }

    private var dayNumber: Int64 {
        let seconds = nanoseconds / 1_000_000_000
        return seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    }

    // Days to year, month, day: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days.
    private var civil: (year: Int, month: Int, day: Int) {
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (Int(year), Int(month), Int(day))
    }

    private static func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

/// Identifies the run of the kernel, to distinguish a crash of ours from a power cut.
package enum BootIdentifier {
    /// The kernel's random boot id as 32 hexadecimal digits, or zeros where `/proc` does not show it.
    package static var current: String { pretended.withLock { $0 } ?? real }

    /// Makes the rest of this process believe that the machine was started anew, for tests of power cuts.
    ///
    /// Shipped programs never call it.
    ///
    /// - Parameter identifier: 32 hexadecimal digits; nil for the truth.
    package static func pretend(_ identifier: String?) { pretended.withLock { $0 = identifier } }

    private static let pretended = Mutex<String?>(nil)

    private static let real: String = {
        let text = (try? FileContents.read("/proc/sys/kernel/random/boot_id", limit: 256)) ?? []
        let digits = String(decoding: text.filter { $0 != UInt8(ascii: "-") && $0 > 32 }, as: UTF8.self)
        return digits.utf8.count == 32 ? digits : String(repeating: "0", count: 32)
    }()
}
