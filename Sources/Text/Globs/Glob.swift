/// A pattern for paths below a folder, by the rules of gitignore, byte for byte.
///
/// * `*` stands for any bytes of a name, `?` for one, `[a-z]`, `[!a]` and `[[:digit:]]` for one of a set; `\` makes the next
///   byte stand for itself. None of them matches a slash.
/// * A pattern without a slash, or with one at its end only, matches a name in any folder. Any other matches whole paths, from
///   the folder that the pattern belongs to.
/// * `**/` at the beginning means in any folder, `/**` at the end everything inside, `a/**/b` any number of folders between.
/// * A slash at the end lets the pattern match folders only.
///
/// Unlike in git, a bracket that is never closed stands for itself. Git's `!` is `GlobList`'s.
package struct Glob: Sendable, Equatable {
    /// As it was written.
    package let pattern: String
    /// Nil when the pattern matches nothing.
    private let names: [GlobName]?
    private let matchesFoldersOnly: Bool
    /// Whether the pattern is held against the whole path, not against the last name.
    private let isAnchored: Bool

    package init(_ pattern: String) {
        self.pattern = pattern
        var bytes = Array(pattern.utf8)[...]
        matchesFoldersOnly = bytes.last == UInt8(ascii: "/")
        if matchesFoldersOnly { bytes.removeLast() }
        isAnchored = bytes.contains(UInt8(ascii: "/"))
        if bytes.first == UInt8(ascii: "/") { bytes.removeFirst() }
        var names = bytes.isEmpty ? nil : GlobParser.names(of: bytes)
        // What lies inside a folder is not the folder itself: `**` at the end takes a name at least.
        if names?.last == .anyFolders { names?.append(.one([.star])) }
        self.names = names
    }

    /// Whether a path matches, without regard to the folders it lies in.
    ///
    /// Takes at most the length of the pattern times that of the path.
    /// - Parameters:
    ///   - path: relative, its names parted by single slashes.
    ///   - isFolder: whether it leads to a folder.
    package func matches(_ path: some Collection<UInt8>, isFolder: Bool = false) -> Bool {
        matches(GlobPath(path), isFolder: isFolder)
    }

    func matches(_ path: GlobPath, isFolder: Bool) -> Bool {
        guard let names, !path.names.isEmpty, isFolder || !matchesFoldersOnly else { return false }
        // Without a slash there is one name, or `**` and the one after it; the last name is all that counts then.
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

    /// The folders on the way and the path itself, from the outermost on.
    var levels: [GlobPath] {
        names.indices.map { GlobPath(names: names[...$0]) }
    }
}
