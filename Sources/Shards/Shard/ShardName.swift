package import FoundationEssentials
package import SystemPackage

/// A shard's file name without its extension: `shard-<12 hexadecimal digits of milliseconds>-<8 random ones>`.
///
/// Names are unique without coordination, so shards can be written before their generation is known and copied between
/// indexes. They sort by age.
package struct ShardName: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// The length of every name in characters.
    static let length = 27

    /// `shard-...`, without `.zst`.
    package let text: String

    /// Makes a name from the lowest 48 bits of the milliseconds since 1970 and a random number that distinguishes
    /// shards of the same millisecond.
    package init(milliseconds: UInt64, random: UInt32) {
        text =
            "shard-" + Self.hexadecimal(milliseconds & 0xFFFF_FFFF_FFFF, digits: 12) + "-"
            + Self.hexadecimal(UInt64(random), digits: 8)
    }

    /// A unique name for a shard written now.
    package static func unique(at time: Date) -> ShardName {
        let milliseconds = max(time.timeIntervalSince1970 * 1000, 0)
        return ShardName(
            milliseconds: UInt64(exactly: milliseconds.rounded()) ?? 0, random: .random(in: .min ... .max))
    }

    /// Parses a name without extension; nil unless it has exactly this form.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "shard", parts[1].utf8.count == 12, parts[2].utf8.count == 8,
            (parts[1].utf8 + Array(parts[2].utf8)).allSatisfy(Self.isDigit)
        else { return nil }
        self.text = text
    }

    /// The shard's file in the index directory.
    package func path(in directory: FilePath) -> FilePath {
        directory.appending(fileName)
    }

    /// `shard-....zst`.
    package var fileName: String { text + ".zst" }

    /// The shard's file relative to the open index directory.
    package var file: FilePath { FilePath(fileName) }

    package var description: String { text }

    package static func < (left: ShardName, right: ShardName) -> Bool {
        left.text < right.text
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func hexadecimal(_ value: UInt64, digits: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }
}
