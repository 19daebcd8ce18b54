import Platform
import SystemPackage
import Text

/// A note for who names a place on the disk to search in, as with grep, where it is searched for as words.
enum PlaceNote {
    /// The note on a query.
    ///
    /// Only a name with a slash or a period counts: a folder may be called by any word of a query. Patterns go by paths in the
    /// inbox, so only a relative name can become one.
    ///
    /// - Parameter words: the words of the query as the shell divided them; all of them or the last can be the name.
    /// - Returns: a line with its end; nil where no such place is named.
    static func note(on words: [String]) -> String? {
        guard let name = [words.joined(separator: " "), words.last ?? ""].first(where: isPlace) else { return nil }
        let shown = TerminalText.excerpt(name)
        let path = TypedArguments.current.path(name)
        let isFolder = (try? FileStatus.followingLinks(path))?.kind == .directory
        let inside = path.lexicallyNormalized().string + (isFolder ? "/**" : "")
        return
            "note: '\(shown)' is searched for as words; to search within a \(isFolder ? "folder" : "file") give --path "
            + "\(ShellWord.quoted(inside.utf8))\n"
    }

    private static func isPlace(_ name: String) -> Bool {
        guard name.contains("/") || name.contains(".") else { return false }
        let path = FilePath(name).lexicallyNormalized()
        return path.isRelative && path.components.first.map { $0.kind == .regular } == true
            && FileStatus.exists(TypedArguments.current.path(name))
    }
}
