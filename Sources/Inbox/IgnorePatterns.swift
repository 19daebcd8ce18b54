import Platform
package import SystemPackage
import Text

/// The names that are never taken: what editors, browsers and copying programs write before the real file stands.
///
/// The patterns follow the rules of gitignore, see `GlobList`. One without a slash is held against the file's name and
/// every folder's name on the way to it.
package struct IgnorePatterns: Sendable, Equatable {
    /// What is ignored unless the configuration says otherwise.
    package static let standard = IgnorePatterns([
        ".*", "*~", "*.tmp", "*.part", "*.partial", "*.crdownload", "*.filepart", "*.swp",
    ])

    private let list: GlobList

    package init(_ patterns: [String]) {
        list = GlobList(patterns)
    }

    /// The patterns as they were written.
    package var patterns: [String] { list.patterns }

    /// The pattern for which a relative path is not taken; nil when it is to be taken.
    package func match(_ path: FilePath, isFolder: Bool = false) -> String? {
        list.match(path.bytes, isFolder: isFolder)
    }
}
