/// Globs that together choose paths, as the lines of a `.gitignore` do.
///
/// A glob after `!` takes back what an earlier one chose, and of the globs that match a path the last one decides. What lies
/// in a chosen folder is chosen with it and cannot be taken back.
package struct GlobList: Sendable, Equatable {
    /// As they were written.
    package let patterns: [String]
    private let globs: [(glob: Glob, isNegated: Bool)]

    /// - Parameter patterns: `\!` begins a glob for names with an exclamation mark.
    package init(_ patterns: [String]) {
        self.patterns = patterns
        globs = patterns.map {
            $0.utf8.first == UInt8(ascii: "!") ? (Glob(String($0.dropFirst())), true) : (Glob($0), false)
        }
    }

    /// The pattern that chooses a path or a folder on the way to it; nil when it is not chosen.
    ///
    /// - Parameters:
    ///   - path: relative, its names parted by single slashes.
    ///   - isFolder: whether it leads to a folder.
    package func match(_ path: some Collection<UInt8>, isFolder: Bool = false) -> String? {
        let levels = GlobPath(path).levels
        for (depth, level) in levels.enumerated() {
            let isFolder = isFolder || depth < levels.count - 1
            let last = globs.indices.last { globs[$0].glob.matches(level, isFolder: isFolder) }
            if let last, !globs[last].isNegated { return patterns[last] }
        }
        return nil
    }

    package static func == (left: GlobList, right: GlobList) -> Bool { left.patterns == right.patterns }
}
