/// A pattern for paths below a folder, matched byte for byte by the rules of gitignore.
///
/// * `*` matches any bytes of a name, `?` one byte, `[a-z]`, `[!a]` and `[[:digit:]]` one byte of a set. `\` makes the
///   next byte match itself. None of them matches a slash.
/// * A pattern without a slash, or with one only at its end, matches a name in any folder. Any other pattern matches
///   whole paths that start at the folder the pattern belongs to.
/// * `**/` at the beginning matches in any folder, `/**` at the end matches everything inside, and `a/**/b` matches any
///   number of folders between.
/// * A pattern that ends in a slash matches folders only.
///
/// Unlike in git, an unclosed bracket matches itself. `GlobList` handles git's `!`.
package struct Glob: Sendable, Equatable {
    /// The pattern as the user wrote it.
    package let pattern: String
    /// Nil when the pattern matches nothing.
    private let names: [GlobName]?
    private let matchesFoldersOnly: Bool
    /// Whether the pattern must match the whole path rather than only its last name.
    private let isAnchored: Bool
    /// The bytes with which every matching path begins, for a pattern that must match whole paths.
    private let prefix: [UInt8]

    package init(_ pattern: String) {
        self.pattern = pattern
        var bytes = Array(pattern.utf8)[...]
        matchesFoldersOnly = bytes.last == UInt8(ascii: "/")
        if matchesFoldersOnly { bytes.removeLast() }
        isAnchored = bytes.contains(UInt8(ascii: "/"))
        if bytes.first == UInt8(ascii: "/") { bytes.removeFirst() }
        prefix = isAnchored ? Array(bytes.prefix { !"*?[\\".utf8.contains($0) }) : []
        var names = bytes.isEmpty ? nil : GlobParser.names(of: bytes)
        // `**` at the end needs at least one name, because a folder does not lie inside itself.
        if names?.last == .anyFolders { names?.append(.one([.star])) }
        self.names = names
    }

    /// Whether the pattern matches the path itself; the folders above it do not count.
    ///
    /// Takes at most the length of the pattern times the length of the path.
    /// - Parameters:
    ///   - path: a relative path whose names are separated by single slashes.
    ///   - isFolder: whether the path leads to a folder.
    /// - Returns: true when the pattern matches.
    package func matches(_ path: some Collection<UInt8>, isFolder: Bool = false) -> Bool {
        matches(GlobPath(path), isFolder: isFolder)
    }

    /// A byte that every matching name has at one end.
    enum Edge {
        case first(UInt8)
        case last(UInt8)
        /// Names differ at both ends, or the glob looks at more than the last name.
        case any
    }

    /// What tells most names that cannot match from the others.
    var edge: Edge {
        guard !isAnchored, let names, names.count == 1, case .one(let elements) = names[0] else { return .any }
        if case .byte(let byte) = elements.first { return .first(byte) }
        if case .byte(let byte) = elements.last { return .last(byte) }
        return .any
    }

    /// Like `matches`, for a path whose last name begins at an offset; most paths are told apart without splitting them.
    func matches(_ path: ArraySlice<UInt8>, nameFrom start: Int, isFolder: Bool) -> Bool {
        guard isFolder || !matchesFoldersOnly else { return false }
        if isAnchored {
            guard path.starts(with: prefix), names?.last?.matches(path[start...]) ?? true else { return false }
        } else if let names, names.count == 1, case .one = names[0] {
            return start < path.endIndex && names[0].matches(path[start...])
        }
        return matches(GlobPath(path), isFolder: isFolder)
    }

    func matches(_ path: GlobPath, isFolder: Bool) -> Bool {
        guard let names, !path.names.isEmpty, isFolder || !matchesFoldersOnly else { return false }
        // A pattern without a slash has one name, or `**` and one name; then only the last name of the path matters.
        let held = isAnchored ? path.names : path.names.suffix(1)
        return names.matches(held, isStar: { $0 == .anyFolders }) { $0.matches($1) }
    }
}

/// The names of a path.
struct GlobPath {
    let names: ArraySlice<ArraySlice<UInt8>>

    init(_ path: some Collection<UInt8>) {
        names = Array(path).split(separator: UInt8(ascii: "/"))[...]
    }

    private init(names: ArraySlice<ArraySlice<UInt8>>) {
        self.names = names
    }

    /// The folders on the way and the path itself, outermost first.
    var levels: [GlobPath] {
        names.indices.map { GlobPath(names: names[...$0]) }
    }
}
