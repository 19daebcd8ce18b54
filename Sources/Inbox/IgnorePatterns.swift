import Platform
package import SystemPackage

/// The names that are never taken: what editors, browsers and copying programs write before the real file stands.
///
/// Patterns are the shell's: `*` any bytes, `?` one byte, `[abc]`, `[a-z]` and `[!abc]` one of a set. They match one
/// name, byte for byte, and count for every folder on the way as well.
package struct IgnorePatterns: Sendable, Equatable {
    /// What is ignored unless the configuration says otherwise.
    package static let standard = IgnorePatterns([
        ".*", "*~", "*.tmp", "*.part", "*.partial", "*.crdownload", "*.filepart", "*.swp",
    ])

    /// The patterns as they were written.
    package let patterns: [String]
    private let compiled: [[UInt8]]

    package init(_ patterns: [String]) {
        self.patterns = patterns
        compiled = patterns.map { Array($0.utf8) }
    }

    /// The first pattern that matches any name of the relative path; nil when the path is to be taken.
    package func match(_ path: FilePath) -> String? {
        for component in path.components {
            let name = component.bytes
            for (index, pattern) in compiled.enumerated() where Self.matches(pattern, name) {
                return patterns[index]
            }
        }
        return nil
    }

    // Linear in practice: on a mismatch only the last `*` is extended, as in Rust's and Go's glob matchers.
    static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var at = 0
        var position = 0
        var star: (pattern: Int, name: Int)?
        while position < name.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at + 1, position)
                at += 1
                continue
            }
            if let next = one(pattern, at, name[position]) {
                at = next
                position += 1
                continue
            }
            guard let last = star else { return false }
            star = (last.pattern, last.name + 1)
            at = last.pattern
            position = last.name + 1
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Matches one byte against the pattern's element at `at`; returns where the next element begins.
    private static func one(_ pattern: [UInt8], _ at: Int, _ byte: UInt8) -> Int? {
        guard at < pattern.count else { return nil }
        if pattern[at] == UInt8(ascii: "?") { return at + 1 }
        // A bracket that is never closed stands for itself.
        if pattern[at] == UInt8(ascii: "["),
            let end = pattern[(at + 1)...].dropFirst().firstIndex(of: UInt8(ascii: "]"))
        {
            return set(pattern[(at + 1)..<end], contains: byte) ? end + 1 : nil
        }
        return pattern[at] == byte ? at + 1 : nil
    }

    private static func set(_ members: ArraySlice<UInt8>, contains byte: UInt8) -> Bool {
        var rest = members
        let isNegated = rest.first == UInt8(ascii: "!") || rest.first == UInt8(ascii: "^")
        if isNegated { rest.removeFirst() }
        var found = false
        while let low = rest.popFirst() {
            if rest.count >= 2, rest.first == UInt8(ascii: "-") {
                rest.removeFirst()
                let high = rest.removeFirst()
                if low <= byte, byte <= high { found = true }
            } else if low == byte {
                found = true
            }
        }
        return found != isNegated
    }
}
