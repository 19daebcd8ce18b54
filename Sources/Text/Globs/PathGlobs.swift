/// Globs that together select paths, whatever their order.
///
/// A path is selected when a glob matches it or a folder above it, and none after `!` does. Without a glob that selects, all paths
/// are, except those that one after `!` matches. `GlobList` instead has git's rules, where the last matching glob decides.
package struct PathGlobs: Sendable, Equatable {
    /// The patterns as the user wrote them.
    package let patterns: [String]
    private let selecting: [Glob]
    private let excluding: [Glob]

    /// Parses the patterns; `\!` begins a glob for names that start with an exclamation mark.
    package init(_ patterns: [String]) {
        self.patterns = patterns
        let excluded = patterns.filter { $0.utf8.first == UInt8(ascii: "!") }
        excluding = excluded.map { Glob(String($0.dropFirst())) }
        selecting = patterns.filter { $0.utf8.first != UInt8(ascii: "!") }.map { Glob($0) }
    }

    /// Whether they select a path.
    package func selects(_ path: [UInt8]) -> Bool {
        var walk = Walk(self)
        return walk.selects(path[...], shared: 0)
    }

    /// Looks at paths one after another, and at a folder that neighbours share only once.
    package struct Walk {
        private let globs: PathGlobs
        /// The folders above the last path, with the offset of the slash after each.
        private var folders: [(end: Int, verdict: Verdict)] = []

        package init(_ globs: PathGlobs) { self.globs = globs }

        /// Whether the globs select a path.
        ///
        /// - Parameters:
        ///   - path: the path, from offset 0.
        ///   - shared: how many bytes of it are as in the path before.
        /// - Returns: true when they do.
        package mutating func selects(_ path: ArraySlice<UInt8>, shared: Int) -> Bool {
            while let last = folders.last, last.end >= shared { folders.removeLast() }
            var verdict = folders.last?.verdict ?? Verdict(isSelected: globs.selecting.isEmpty, isExcluded: false)
            var start = (folders.last?.end ?? -1) + 1
            while !verdict.isExcluded, let slash = path[start...].firstIndex(of: UInt8(ascii: "/")) {
                globs.judge(path[..<slash], from: start, isFolder: true, &verdict)
                folders.append((slash, verdict))
                start = slash + 1
            }
            if !verdict.isExcluded { globs.judge(path, from: start, isFolder: false, &verdict) }
            return verdict.isSelected && !verdict.isExcluded
        }
    }

    struct Verdict {
        var isSelected: Bool
        var isExcluded: Bool
    }

    private func judge(_ path: ArraySlice<UInt8>, from start: Int, isFolder: Bool, _ verdict: inout Verdict) {
        // By their places: a copy of each glob would take as long as most comparisons.
        for place in excluding.indices where !verdict.isExcluded {
            verdict.isExcluded = excluding[place].matches(path, nameFrom: start, isFolder: isFolder)
        }
        for place in selecting.indices where !verdict.isSelected {
            verdict.isSelected = selecting[place].matches(path, nameFrom: start, isFolder: isFolder)
        }
    }

    package static func == (left: PathGlobs, right: PathGlobs) -> Bool { left.patterns == right.patterns }
}
