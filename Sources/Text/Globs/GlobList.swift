/// Globs that together select paths, as the lines of a `.gitignore` do.
///
/// The last matching glob decides; a glob after `!` deselects. Everything in a selected folder is selected with it and
/// cannot be deselected.
package struct GlobList: Sendable, Equatable {
    /// The globs that decide about a path, by their positions in the list.
    package struct Selection: Sendable, Equatable {
        /// The first glob that selects it; it may be the more telling one.
        package let first: Int
        /// The last one, which decides.
        package let last: Int
    }

    /// The patterns as the user wrote them.
    package let patterns: [String]
    private let globs: [(glob: Glob, isNegated: Bool)]
    // Nearly every name has another first and last byte than nearly every glob, so few globs are tried.
    private var byFirst: [UInt8: [Int]] = [:]
    private var byLast: [UInt8: [Int]] = [:]
    private var others: [Int] = []

    /// Parses the patterns; `\!` begins a glob for names that start with an exclamation mark.
    package init(_ patterns: [String]) {
        self.patterns = patterns
        globs = patterns.map {
            let isNegated = $0.unicodeScalars.first == "!"
            return (Glob(isNegated ? String($0.unicodeScalars.dropFirst()) : $0), isNegated)
        }
        for (index, entry) in globs.enumerated() {
            switch entry.glob.edge {
            case .first(let byte): byFirst[byte, default: []].append(index)
            case .last(let byte): byLast[byte, default: []].append(index)
            case .any: others.append(index)
            }
        }
    }

    /// The pattern that selects a path or one of the folders above it; nil when none does.
    ///
    /// - Parameters:
    ///   - path: a relative path whose names are separated by single slashes.
    ///   - isFolder: whether the path leads to a folder.
    /// - Returns: the pattern as the user wrote it, or nil.
    package func match(_ path: some Collection<UInt8>, isFolder: Bool = false) -> String? {
        selection(of: path, isFolder: isFolder).map { patterns[$0.last] }
    }

    /// The globs that select a path or the outermost selected folder above it; nil when none does.
    package func selection(of path: some Collection<UInt8>, isFolder: Bool = false) -> Selection? {
        let levels = GlobPath(path).levels
        for (depth, level) in levels.enumerated() {
            let matching = matches(level, isFolder: isFolder || depth < levels.count - 1)
            guard let last = matching.max(), !globs[last].isNegated else { continue }
            return Selection(first: matching.filter { !globs[$0].isNegated }.min() ?? last, last: last)
        }
        return nil
    }

    private func matches(_ level: GlobPath, isFolder: Bool) -> [Int] {
        guard let name = level.names.last, let first = name.first, let last = name.last else { return [] }
        var found = others.filter { globs[$0].glob.matches(level, isFolder: isFolder) }
        for index in byFirst[first] ?? [] where globs[index].glob.matches(level, isFolder: isFolder) {
            found.append(index)
        }
        for index in byLast[last] ?? [] where globs[index].glob.matches(level, isFolder: isFolder) {
            found.append(index)
        }
        return found
    }

    package static func == (left: GlobList, right: GlobList) -> Bool { left.patterns == right.patterns }
}
