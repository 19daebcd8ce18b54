import Identity
package import Inbox
import Platform
package import SystemPackage

/// What holds for all documents of an order to forget, with what was met of folders so far.
package struct ForgettingRound {
    /// The day of today.
    let day: String
    /// The names of the inbox that are never taken, which are left alone.
    let ignore: IgnorePatterns
    private let mayHaveLines: (FilePath.Component) -> Bool
    private let beat: () -> Void
    var listings = FolderListings()
    var changes = FolderChanges()
    /// The mended lines that wait in the inbox, by the path of the file that they continue; nil before anybody has asked.
    private var mendedLines: [FilePath: [FilePath]]?

    /// Begins an order.
    ///
    /// - Parameters:
    ///   - day: the day of today.
    ///   - ignore: the names of the inbox that are never taken.
    ///   - mayHaveLines: whether a file of a name may have lines that fail by themselves.
    ///   - beat: called for each name of the inbox that is looked at, as a sign of life.
    package init(
        day: String, ignore: IgnorePatterns, mayHaveLines: @escaping (FilePath.Component) -> Bool = { _ in true },
        beat: @escaping () -> Void = {}
    ) {
        self.day = day
        self.ignore = ignore
        self.mayHaveLines = mayHaveLines
        self.beat = beat
    }

    /// The files of mended lines that wait in the inbox and would bring documents of a file back.
    ///
    /// They may have any name: their first line says what they continue. So all of the inbox is looked through, once in an order,
    /// and only for files that may have failed lines.
    ///
    /// - Parameters:
    ///   - path: the path of the file.
    ///   - inbox: the inbox.
    /// - Returns: their paths.
    /// - Throws: `PlatformError` where it is not known what waits.
    mutating func mendedLines(of path: FilePath, in inbox: OpenDirectory) throws(PlatformError) -> [FilePath] {
        guard path.lastComponent.map(mayHaveLines) ?? false else { return [] }
        if let mendedLines { return mendedLines[path] ?? [] }
        var found: [FilePath: [FilePath]] = [:]
        try inbox.forEachFile(but: ignore) { (place) throws(PlatformError) in
            beat()
            guard place.lastComponent.map(mayHaveLines) ?? false,
                let continued = try Self.continuation(of: place, in: inbox)
            else { return }
            found[continued.path, default: []].append(place)
        }
        mendedLines = found
        return found[path] ?? []
    }

    /// What a file continues; one that the daemon may not read it cannot take either.
    private static func continuation(
        of place: FilePath, in inbox: OpenDirectory
    ) throws(PlatformError) -> Continuation? {
        do throws(PlatformError) {
            return try Continuation.read(inbox.open(place, OpenFlags.document))
        } catch {
            guard error.isOthersDoing else { throw error }
            return nil
        }
    }
}
