import Platform
import SystemPackage

/// Files that lie beside the tests, and among the sources.
enum Fixture {
    private static let folder = FilePath(#filePath).removingLastComponent()

    /// The lines of a file in `Fixtures`.
    static func lines(_ name: String) throws -> [Substring] {
        try lines(of: folder.appending("Fixtures").appending(name))
    }

    /// The lines of the page that states the rules.
    static func rules() throws -> [Substring] {
        let root = folder.removingLastComponent().removingLastComponent()
        return try lines(of: root.pushing("Sources/Lexicon/Lexicon.docc/Terms.md"))
    }

    private static func lines(of path: FilePath) throws -> [Substring] {
        String(decoding: try FileContents.read(path), as: UTF8.self).split(separator: "\n")
    }
}
