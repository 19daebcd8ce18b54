/// Formats numbers for people.
package enum Figures {
    /// A count with a comma between thousands: `28,464`.
    package static func grouped(_ value: Int) -> String {
        var groups: [Substring] = []
        var digits = Substring(String(value.magnitude))
        while digits.count > 3 {
            groups.append(digits.suffix(3))
            digits = digits.dropLast(3)
        }
        groups.append(digits)
        return (value < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
    }

    /// A count with its noun: `1 row`, `2 rows`.
    package static func counted(_ value: Int, _ noun: String, plural: String? = nil) -> String {
        "\(grouped(value)) \(value == 1 ? noun : plural ?? noun + "s")"
    }

    /// A number with a fixed count of decimals: `0.7312`.
    package static func decimals(_ value: Double, _ count: Int) -> String {
        let unit = (0..<count).reduce(1) { product, _ in product * 10 }
        guard value.isFinite, value.magnitude < 1e12 else { return "\(value)" }
        let scaled = Int((value.magnitude * Double(unit)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard count > 0 else { return sign + "\(scaled)" }
        let digits = String(scaled % unit)
        return sign + "\(scaled / unit)." + String(repeating: "0", count: count - digits.count) + digits
    }

    /// A share as a percentage: `0.65 %`.
    package static func percent(_ share: Double) -> String {
        decimals(share * 100, 2) + " %"
    }

    /// A number of bytes in the largest unit that keeps it above one, such as `3.2 MB`.
    package static func bytes(_ count: Int) -> String {
        var value = Double(count)
        var unit = "bytes"
        for larger in ["kB", "MB", "GB", "TB"] where value >= (unit == "bytes" ? 1000 : 999.95) {
            value /= 1000
            unit = larger
        }
        return unit == "bytes" ? counted(count, "byte") : decimals(value, 1) + " " + unit
    }

    /// A time in a unit that suits it, such as `3.2 s`, `12 min` or `3 days`.
    package static func time(_ duration: Duration) -> String {
        let seconds = max(duration / .seconds(1), 0)
        switch seconds {
        case ..<9.95: return decimals(seconds, 1) + " s"
        case ..<99.5: return "\(Int(seconds.rounded())) s"
        case ..<5970: return "\(Int((seconds / 60).rounded())) min"
        case ..<172_800: return "\(Int((seconds / 3600).rounded())) h"
        default: return seconds < 1e12 ? "\(Int(seconds / 86_400)) days" : "for ever"
        }
    }
}
