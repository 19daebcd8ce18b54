import Platform
package import SystemPackage
import Text

/// The names that are never taken, such as the temporary files of editors, browsers and copy programs.
///
/// The patterns follow the rules of gitignore, see `GlobList`. A pattern without a slash is matched against the file's
/// name and the name of every folder above it.
package struct IgnorePatterns: Sendable, Equatable {
    /// The default patterns of the configuration.
    package static let standard = IgnorePatterns([
        ".*", "*~", "*.tmp", "*.part", "*.partial", "*.crdownload", "*.filepart", "*.swp",
    ])

    private let list: GlobList

    package init(_ patterns: [String]) {
        list = GlobList(patterns)
    }

    /// The patterns as the user wrote them.
    package var patterns: [String] { list.patterns }

    /// The pattern that excludes a relative path; nil when the path is to be taken.
    package func match(_ path: FilePath, isFolder: Bool = false) -> String? {
        list.match(path.bytes, isFolder: isFolder)
    }
}
