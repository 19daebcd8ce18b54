/// Globs that together select paths, as the lines of a `.gitignore` do.
///
/// The last matching glob decides; a glob after `!` deselects. Everything in a selected folder is selected with it and
/// cannot be deselected.
package struct GlobList: Sendable, Equatable {
    /// The patterns as the user wrote them.
    package let patterns: [String]
    private let globs: [(glob: Glob, isNegated: Bool)]

    /// Parses the patterns; `\!` begins a glob for names that start with an exclamation mark.
    package init(_ patterns: [String]) {
        self.patterns = patterns
        globs = patterns.map {
            let isNegated = $0.unicodeScalars.first == "!"
            return (Glob(isNegated ? String($0.unicodeScalars.dropFirst()) : $0), isNegated)
        }
    }

    /// The pattern that selects a path or one of the folders above it; nil when none does.
    ///
    /// - Parameters:
    ///   - path: a relative path whose names are separated by single slashes.
    ///   - isFolder: whether the path leads to a folder.
    /// - Returns: the pattern as the user wrote it, or nil.
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
