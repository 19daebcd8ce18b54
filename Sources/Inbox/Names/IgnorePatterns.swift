import Platform
package import SystemPackage
import Text

/// The names that are never taken: those of other programs and those that the user excludes.
///
/// Both lists are one list of gitignore's patterns (see `GlobList`): first the table of `ForeignNames`, then the user's
/// patterns. So a user's pattern that begins with `!` takes a name that the table excludes. A pattern without a slash is
/// matched against the file's name and the name of every folder above it.
package struct IgnorePatterns: Sendable, Equatable {
    /// The default patterns of the configuration.
    package static let standard = IgnorePatterns([".*"])

    /// The patterns as the user wrote them, without the table.
    package let patterns: [String]
    private let list: GlobList

    private static let foreign = ForeignNames.table.flatMap { entry in
        entry.patterns.map { (pattern: $0, entry: entry) }
    }

    package init(_ patterns: [String]) {
        self.patterns = patterns
        list = GlobList(Self.foreign.map(\.pattern) + patterns)
    }

    /// The pattern that excludes a relative path; nil when the path is to be taken.
    package func match(_ path: FilePath, isFolder: Bool = false) -> String? {
        rule(for: path, isFolder: isFolder)?.pattern
    }

    /// The rule that excludes a relative path, which says whose the pattern is; nil when the path is to be taken.
    package func rule(for path: FilePath, isFolder: Bool = false) -> IgnoreRule? {
        switch OwnNames(path) {
        case .lines: return nil
        case .dropping(let original):
            return IgnoreRule(pattern: "*.vectorspool-dropping-*", origin: .dropping(original))
        case .other(let original): return IgnoreRule(pattern: "*.vectorspool-*", origin: .own(original))
        case nil: break
        }
        guard let selection = list.selection(of: path.bytes, isFolder: isFolder) else { return nil }
        guard selection.first < Self.foreign.count else {
            return IgnoreRule(pattern: list.patterns[selection.last], origin: .configuration)
        }
        // Where both lists match, the table says more.
        let (pattern, entry) = Self.foreign[selection.first]
        return IgnoreRule(pattern: pattern, origin: .foreign(program: entry.program, purpose: entry.purpose))
    }
}

/// The pattern that excludes a name, and whose it is.
package struct IgnoreRule: Sendable, Equatable {
    /// The list that the pattern is from.
    package enum Origin: Sendable, Equatable {
        /// `spool.ignore`.
        case configuration
        /// The table of other programs' names.
        case foreign(program: String, purpose: String)
        /// VectorSpool's own names; the text is the name of what it belongs to.
        case own(String)
        /// The copy of a file that `vectorspool drop` is making; the text is the name of the file.
        case dropping(String)
    }

    package let pattern: String
    package let origin: Origin

    /// The key of the list in the status page.
    package var list: String {
        switch origin {
        case .configuration: "spool.ignore"
        case .foreign: "built in"
        case .own, .dropping: "own"
        }
    }

    /// The program whose name it is; nil when the user excludes it.
    package var program: String? {
        switch origin {
        case .configuration: nil
        case .foreign(let program, _): program
        case .own, .dropping: "VectorSpool"
        }
    }

    /// Whether it is the name of a copy that `vectorspool drop` is making.
    var isOfDrop: Bool {
        if case .dropping = origin { true } else { false }
    }

    /// Why the name is not taken, and what to do to have it taken.
    package var reason: String {
        switch origin {
        case .configuration:
            "it matches the pattern \(pattern) of spool.ignore; rename it, or change spool.ignore in the configuration"
        case .foreign(let program, let purpose):
            "it is \(purpose) of \(program) (pattern \(pattern) of the built-in list) and is left alone; to have it taken, "
                + "rename it, or put !\(pattern) into spool.ignore, beside the patterns that are there (.* if none are)"
        case .own(let original):
            "it is a file that VectorSpool wrote or put aside for \(original), and is not indexed; to have it taken, rename "
                + "it"
        case .dropping(let original):
            "it is the copy that 'vectorspool drop' is making of \(original); if that was killed, the next drop of the same user "
                + "removes the copy"
        }
    }
}
